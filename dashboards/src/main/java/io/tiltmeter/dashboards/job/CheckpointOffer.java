package io.tiltmeter.dashboards.job;

/**
 * A checkpoint that a customer may take as the result of a job that is held back.
 *
 * @param step optimiser steps that it had
 * @param isOpen whether the person who looks can take it; others only read of it
 */
public record CheckpointOffer(String checkpoint, long step, boolean isOpen) {}

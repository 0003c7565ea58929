package io.tiltmeter.gateway.ops;

import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.http.RequestBody;
import io.tiltmeter.gateway.key.Authentication;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.review.Review;
import io.tiltmeter.gateway.scan.DatasetCaseStore;
import io.tiltmeter.gateway.scan.DatasetCases;
import io.tiltmeter.gateway.scan.RescanPlan;
import io.tiltmeter.gateway.tenant.PolicyProposals;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.vertx.ext.web.Router;

/** The interface for staff, below {@code /ops/v1}. */
public final class OpsApi {
  private static final String ROOT = "/ops/v1/";

  /** Bytes of a policy or a decision. */
  static final int MAX_BODY_BYTES = 1 << 20;

  private final Database database;
  private final Parts parts;

  /** What the interface works with. */
  public record Parts(
      Authentication authentication,
      CaseStore cases,
      Review review,
      TenantPolicies policies,
      PolicyProposals proposals,
      AuditStore audit,
      Ledger ledger,
      DatasetCaseStore datasetCases,
      RescanPlan rescans) {}

  public OpsApi(Database database, Parts parts) {
    this.database = database;
    this.parts = parts;
  }

  /** Adds the routes. */
  public void mount(Router router) {
    CaseHandler cases = new CaseHandler(database, parts.cases(), parts.review());
    PolicyHandler policies = new PolicyHandler(database, parts.policies(), parts.proposals());
    TenantHandler tenants = new TenantHandler(database, parts.policies(), parts.audit());
    DatasetHandler datasets =
        new DatasetHandler(
            database,
            new DatasetHandler.Parts(
                parts.datasetCases(),
                new DatasetCases(database, parts.datasetCases(), parts.audit()),
                parts.rescans()));
    LineageHandler lineage = new LineageHandler(database, parts.ledger());
    router.route(ROOT + "*").handler(RequestBody::hold).handler(parts.authentication()::handle);
    router.get(ROOT + "cases").handler(cases::list);
    router.get(ROOT + "cases/:case").handler(cases::get);
    router.post(ROOT + "cases/:case/decisions").handler(cases::decide);
    router.get(ROOT + "dataset-cases").handler(datasets::list);
    router.get(ROOT + "dataset-cases/:case").handler(datasets::get);
    router.post(ROOT + "dataset-cases/:case/close").handler(datasets::close);
    router.get(ROOT + "rescans").handler(datasets::progress);
    router.get(ROOT + "policy").handler(policies::getOfInstallation);
    router.put(ROOT + "policy").handler(policies::proposeForInstallation);
    router.get(ROOT + "tenants/:tenant/policy").handler(policies::getOfTenant);
    router.put(ROOT + "tenants/:tenant/policy").handler(policies::proposeForTenant);
    router.get(ROOT + "policy-proposals").handler(policies::list);
    router.get(ROOT + "policy-proposals/:proposal").handler(policies::get);
    router.post(ROOT + "policy-proposals/:proposal/activate").handler(policies::activate);
    router.post(ROOT + "policy-proposals/:proposal/withdraw").handler(policies::withdraw);
    router.put(ROOT + "tenants/:tenant/tier").handler(tenants::putTier);
    router.get(ROOT + "tenants/:tenant/lineage").handler(lineage::get);
  }
}

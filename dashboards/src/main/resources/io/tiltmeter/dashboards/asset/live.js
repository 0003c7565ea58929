// Keeps the page of a running job up to date. Text goes in as text, never as HTML.
const EVENTS_KEPT = 500;
const SAY_EVERY_MS = 5000;
const REFRESH_EVERY_MS = 1000;
const RETRY_FIRST_MS = 2000;
const RETRY_LAST_MS = 60000;
// What a reader could not see, or what would turn the order of other characters.
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;
const LEVELS = { info: 'neutral', warn: 'caution', error: 'bad' };

const root = document.querySelector('[data-live]');
const list = document.querySelector('[data-events]');
const line = document.querySelector('[data-live-status]');

/** Calls at most once in each period, the last time included. */
function throttled(period, action) {
  let timer = 0;
  return () => {
    timer ||= setTimeout(() => {
      timer = 0;
      action();
    }, period);
  };
}

let last = root ? Number(root.dataset.after) : 0;
let fresh = 0;
let ended = false;
let source;
let retry = RETRY_FIRST_MS;

function say(text) {
  if (line && !ended) {
    line.textContent = text;
  }
}

const sayFresh = throttled(SAY_EVERY_MS, () => {
  say(fresh === 1 ? 'Live. One new event.' : `Live. ${fresh} new events.`);
  fresh = 0;
});

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.textContent = text;
  return made;
}

function visible(text) {
  return String(text).replace(HIDDEN, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `[U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
}

function item(event) {
  const li = element('li', `event fresh tone-${LEVELS[event.level] ?? 'neutral'}`, '');
  const iso = new Date(event.created_at * 1000).toISOString();
  const time = element('time', '', iso.slice(11, 19));
  time.dateTime = iso;
  const text = element('span', 'event-text', '');
  if (event.level === 'warn' || event.level === 'error') {
    text.append(element('span', 'event-level', event.level === 'warn' ? 'warning: ' : 'error: '));
  }
  text.append(element('bdi', '', visible(event.message)));
  li.append(time, text);
  return li;
}

function onEvent(message) {
  const event = JSON.parse(message.data);
  if (!(event.sequence > last)) {
    return;
  }
  last = event.sequence;
  list.prepend(item(event));
  while (list.children.length > EVENTS_KEPT) {
    list.lastElementChild.remove();
  }
  document.querySelector('[data-no-events]')?.remove();
  fresh += 1;
  sayFresh();
}

/** A region that somebody is working in is left alone. */
function isBusy(region) {
  return region.contains(document.activeElement)
    || [...region.querySelectorAll('textarea')].some((field) => field.value !== field.defaultValue)
    || [...region.querySelectorAll('input')].some((field) => field.checked !== field.defaultChecked);
}

function adopt(page) {
  for (const region of document.querySelectorAll('[data-region]')) {
    const next = page.querySelector(`[data-region="${CSS.escape(region.dataset.region)}"]`);
    if (next && !region.isEqualNode(next) && !isBusy(region)) {
      region.replaceWith(document.adoptNode(next));
    }
  }
  document.title = page.title;
  if (!page.querySelector('[data-live]')) {
    source.close();
    say('The job has ended.');
    ended = true;
  }
}

// An XMLHttpRequest parses the page without running anything in it; no HTML string is touched.
const refresh = throttled(REFRESH_EVERY_MS, () => {
  const request = new XMLHttpRequest();
  request.open('GET', location.href);
  request.responseType = 'document';
  request.onload = () => request.status === 200 && request.response && adopt(request.response);
  request.send();
});

function onError() {
  say('Connection lost. Trying again.');
  // While the browser itself tries again the source is connecting, not closed.
  if (source.readyState === EventSource.CLOSED) {
    setTimeout(connect, retry);
    retry = Math.min(2 * retry, RETRY_LAST_MS);
  }
}

function connect() {
  source = new EventSource(`${root.dataset.live}?after=${last}`);
  source.onopen = () => {
    retry = RETRY_FIRST_MS;
    say('Live.');
  };
  source.onmessage = onEvent;
  source.addEventListener('stage', refresh);
  source.onerror = onError;
}

if (root && list) {
  connect();
}

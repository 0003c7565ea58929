// Switches the colours at once; the server keeps the choice in a cookie, as it does without this.
const form = document.querySelector('form[data-themes]');

function show(choice) {
  if (choice === 'system') {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = choice;
  }
  for (const button of form.querySelectorAll('button[name=theme]')) {
    button.setAttribute('aria-pressed', String(button.value === choice));
  }
}

form?.addEventListener('submit', (event) => {
  const choice = event.submitter?.value;
  if (!choice) {
    return;
  }
  event.preventDefault();
  show(choice);
  const body = new URLSearchParams(new FormData(form));
  body.set('theme', choice);
  fetch(form.action, { method: 'POST', body, redirect: 'manual', keepalive: true });
});

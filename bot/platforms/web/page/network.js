/* Talking to the server: what was said is sent until it arrives, and what happens there comes in as it happens. */

const PAUSES = [700, 2500]; // milliseconds before the second and third try

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/* The server said no, in a sentence for the person. `again`: the same message may pass later. `stranger`: it does not
   know this browser, and a reload will lead to the log-in or a fresh start. */
export class Refusal extends Error {
  constructor(sentence, { again, stranger = false }) {
    super(sentence);
    this.again = again;
    this.stranger = stranger;
  }
}

async function once(path, options, texts) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refusal(texts.offline, { again: true });
  }
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  const body = isJson ? await response.json().catch(() => null) : null;
  if (response.ok && body !== null) return body;
  const again = response.status >= 500 || response.ok;
  throw new Refusal(body?.error ?? texts.failed, { again, stranger: response.status === 401 });
}

/* Post, and try again by itself: the key inside makes sure that nothing is begun twice. */
async function insist(path, options, texts) {
  for (const wait of PAUSES) {
    try {
      return await once(path, options, texts);
    } catch (refusal) {
      if (!(refusal instanceof Refusal) || !refusal.again) throw refusal;
    }
    await pause(wait);
  }
  return once(path, options, texts);
}

export const loadHistory = (texts) => once("/chat/history", { cache: "no-store" }, texts);

export function sendMessage(message, texts) {
  const form = new FormData();
  form.append("key", message.key);
  form.append("text", message.text);
  for (const [name, value] of Object.entries(message.chosen)) if (value) form.append(name, value);
  message.photos.forEach((photo, index) => form.append(index === 0 ? "first" : "last", photo.file, photo.file.name));
  return insist("/chat/messages", { method: "POST", body: form }, texts);
}

export function sendClick(click, texts) {
  const headers = { "content-type": "application/json" };
  return insist("/chat/buttons", { method: "POST", headers, body: JSON.stringify(click) }, texts);
}

export function askPrice(draft, signal, texts) {
  const headers = { "content-type": "application/json" };
  return once("/chat/price", { method: "POST", headers, body: JSON.stringify(draft), signal }, texts);
}

/* Listen to the server from a cursor on, for ever; `on` has a function for each kind of event. */
export function listen(cursor, on) {
  let last = cursor;
  let source = null;
  let wait = 1000;

  function open() {
    source = new EventSource(`/chat/events?after=${encodeURIComponent(last)}`);
    source.onopen = () => {
      wait = 1000;
      on.connected();
    };
    for (const name of ["entry", "seen", "refresh"]) {
      source.addEventListener(name, (event) => {
        last = event.lastEventId || last;
        on[name](JSON.parse(event.data));
      });
    }
    source.addEventListener("elsewhere", sleep);
    source.onerror = () => {
      on.disconnected();
      // A lost connection is taken up again by the browser; after a refusal it gives up, and we do not.
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(open, wait);
      wait = Math.min(wait * 2, 15000);
    };
  }

  /* Newer pages have taken our connection: come back when somebody looks at this one. */
  function sleep() {
    source.close();
    const wake = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", wake);
      window.removeEventListener("focus", wake);
      open();
    };
    document.addEventListener("visibilitychange", wake);
    window.addEventListener("focus", wake);
  }

  open();
}

/* The page's conductor: loads the conversation, keeps it live, and passes words and clicks on. */

import { Composer } from "/page/composer.js";
import { byId, make, newKey } from "/page/dom.js";
import { Entries } from "/page/entries.js";
import { Price } from "/page/price.js";
import { Refusal, listen, loadHistory, sendClick, sendMessage } from "/page/network.js";

const scroll = byId("scroll");
const log = byId("log");

class Chat {
  constructor(setup) {
    this.texts = setup.texts;
    this.unsent = new Map(); // key → message whose sending failed or is under way
    this.entries = new Entries(this.texts, {
      act: (button) => this.act(button),
      retry: (key) => this.transmit(this.unsent.get(key)),
      discard: (key) => this.discard(key),
    });
    this.price = new Price(this.texts);
    this.composer = new Composer(setup, {
      send: (message) => this.send(message),
      complain: (sentence) => this.complain(sentence),
      changed: (draft) => this.price.of(draft),
    });
    this.bannerTimer = undefined;
    this.show(setup.entries);
    this.#fillExamples();
    this.#takeDrops();
    scroll.addEventListener("scroll", () => { if (this.atEnd) byId("newer").hidden = true; });
    byId("newer").addEventListener("click", () => this.toEnd());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) document.title = this.texts.title; });
    listen(setup.cursor, {
      connected: () => this.connection(true),
      disconnected: () => this.connection(false),
      entry: (entry) => this.arrived(entry),
      seen: ({ key }) => this.entries.seen(key),
      refresh: () => this.refresh(),
    });
  }

  get atEnd() {
    return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  }

  toEnd() {
    scroll.scrollTop = scroll.scrollHeight;
    byId("newer").hidden = true;
  }

  /* Draw the whole conversation without reading it all out. */
  show(entries) {
    log.setAttribute("aria-busy", "true");
    this.entries.clear();
    for (const entry of entries) this.entries.put(entry);
    log.removeAttribute("aria-busy");
    this.#emptyOrNot();
    this.toEnd();
  }

  async refresh() {
    try {
      this.show((await loadHistory(this.texts)).entries);
    } catch (refusal) {
      this.complain(refusal.message);
    }
  }

  arrived(entry) {
    const wasAtEnd = this.atEnd;
    const before = log.querySelector(`[data-job="${CSS.escape(entry.job ?? "")}"].note`)?.dataset.state;
    const isNew = this.entries.put(entry);
    this.#emptyOrNot();
    if (entry.kind === "note" && before !== entry.state) {
      this.#announce(entry);
      this.price.again();
    }
    if (wasAtEnd) this.toEnd();
    else if (isNew) byId("newer").hidden = false;
  }

  send(message) {
    const stamped = { ...message, key: newKey() };
    this.unsent.set(stamped.key, stamped);
    this.entries.putPending(stamped);
    this.hush();
    this.#emptyOrNot();
    this.toEnd();
    return this.transmit(stamped);
  }

  async transmit(message) {
    this.entries.markSending(message.key);
    this.entries.showTyping(true);
    this.toEnd();
    try {
      const answer = await sendMessage(message, this.texts);
      this.unsent.delete(message.key);
      this.#take(answer);
      // The page itself may have to speak another language now.
      if (message.text.startsWith("/language")) location.reload();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.#stuck(message, refusal);
    } finally {
      this.entries.showTyping(false);
    }
  }

  discard(key) {
    this.unsent.delete(key);
    this.entries.dropPending(key);
    this.#emptyOrNot();
  }

  async act(button) {
    this.hush();
    try {
      this.#take(await sendClick({ job: button.job, action: button.action, key: newKey() }, this.texts));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.complain(refusal.message);
      if (refusal.stranger) location.reload();
    }
  }

  complain(sentence) {
    byId("alert").hidden = false;
    byId("alert").textContent = sentence;
  }

  hush() {
    byId("alert").hidden = true;
    byId("alert").textContent = "";
  }

  connection(works) {
    const banner = byId("banner");
    clearTimeout(this.bannerTimer);
    if (works) {
      banner.hidden = true;
      return;
    }
    // A blink of the connection is nobody's concern.
    this.bannerTimer = setTimeout(() => {
      banner.textContent = this.texts.reconnecting;
      banner.hidden = false;
    }, 1500);
  }

  #take(answer) {
    if (answer.entry) this.arrived(answer.entry);
    if (answer.compose !== null) this.composer.set(answer.compose);
    if (answer.paper) savePaper(answer.paper);
    if (answer.picture && answer.entry) {
      const follow = this.atEnd;
      this.entries.illustrate(answer.entry.id, urlOf(answer.picture), () => follow && this.toEnd());
    }
    if (answer.job && answer.compose === null) this.entries.reveal(answer.job);
  }

  #stuck(message, refusal) {
    if (refusal.again) {
      this.entries.markFailed(message.key, refusal.message);
      return;
    }
    // It would be refused again as it is: back into the box with it, where it can be changed.
    this.discard(message.key);
    this.composer.restore(message);
    this.complain(refusal.message);
    if (refusal.stranger) location.reload(); // the box keeps its words
  }

  #announce(entry) {
    const ready = entry.clip && entry.state === "delivered";
    byId("announcer").textContent = ready ? this.texts.clip_ready : entry.headline;
    if (document.hidden && entry.ended) document.title = `● ${entry.headline}`;
  }

  #emptyOrNot() {
    byId("empty").hidden = !this.entries.isEmpty;
  }

  #fillExamples() {
    const { texts } = this;
    const fillIn = (words) => make("li", {}, make("button",
      { type: "button", class: "example", text: words, click: () => this.composer.set(words) }));
    const help = make("button", { type: "button", class: "example quiet", text: texts.example_4_label,
      click: () => this.send({ text: texts.example_4, photos: [], chosen: {} }) });
    byId("examples").replaceChildren(...[texts.example_1, texts.example_2, texts.example_3].map(fillIn),
      make("li", {}, help));
  }

  #takeDrops() {
    const drop = byId("drop");
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    document.addEventListener("dragenter", (event) => { if (hasFiles(event)) drop.hidden = false; });
    document.addEventListener("dragleave", (event) => { if (event.relatedTarget === null) drop.hidden = true; });
    document.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
    document.addEventListener("drop", (event) => {
      drop.hidden = true;
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.hush();
      this.composer.addFiles(event.dataTransfer.files);
    });
  }
}

function urlOf({ base64 }) {
  return URL.createObjectURL(new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]));
}

function savePaper(paper) {
  const url = urlOf(paper);
  make("a", { href: url, download: paper.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/* The page came in another language than its person has chosen, and will come right next time. It is asked for once
   more and no oftener: a browser that takes no cookies cannot tell the server. */
function inAnotherLanguage(chosen) {
  const asked = sessionStorage.getItem("language") === chosen;
  const other = chosen !== document.documentElement.lang;
  if (other) sessionStorage.setItem("language", chosen);
  else sessionStorage.removeItem("language");
  return other && !asked;
}

/* The very first answer brings the words as well; until then there is nothing to say anything with. */
async function begin() {
  for (let wait = 500; ; wait = Math.min(wait * 2, 10000)) {
    try {
      const setup = await loadHistory({ offline: "", failed: "" });
      return inAnotherLanguage(setup.texts.language) ? location.reload() : new Chat(setup);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.stranger) location.reload();
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}

begin();

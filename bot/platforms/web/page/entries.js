/* The conversation: draws every entry once, and changes it in place when something new is known. */

import { byId, fill, icon, make } from "/page/dom.js";

const log = byId("log");
const STOPPED = new Set(["failed", "undelivered", "unsure", "overdue"]);
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const buttonIcon = { again: "again", cancel: "cancel", delete: "delete", edit: "edit", job: "job", yes: "yes", no: "no" };

export class Entries {
  /* `act(button)` is called when a button is pressed, `retry(key)` and `discard(key)` for a message that stuck. */
  constructor(texts, { act, retry, discard }) {
    this.texts = texts;
    this.act = act;
    this.retry = retry;
    this.discard = discard;
    this.views = new Map(); // entry id → {root, update}
    this.pending = new Map(); // key → view of a message that is not stored yet
    this.previews = new Map(); // key → pictures as this page knows them
    this.typing = null;
  }

  get isEmpty() {
    return this.views.size === 0 && this.pending.size === 0;
  }

  clear() {
    for (const view of this.views.values()) view.root.remove();
    this.views.clear();
    for (const day of log.querySelectorAll(".day")) day.remove();
  }

  /* Show an entry, new or changed; tells whether it is new. */
  put(entry) {
    const known = this.views.get(entry.id);
    if (known) {
      known.update(entry);
      return false;
    }
    const view = this.#draw(entry);
    const waiting = entry.kind === "said" ? this.pending.get(entry.key) : null;
    if (waiting) {
      waiting.root.replaceWith(view.root);
      this.pending.delete(entry.key);
    } else {
      this.#insert(entry, view);
    }
    this.#markDay(entry, view.root);
    this.views.set(entry.id, view);
    return true;
  }

  /* Show what was just typed, before the server knows of it. */
  putPending(message) {
    this.previews.set(message.key, message.photos);
    const entry = { kind: "said", key: message.key, text: message.text, pictures: message.photos.map((p) => p.file.name) };
    const view = this.#said(entry);
    view.root.classList.add("pending");
    view.status = make("p", { class: "status", text: this.texts.sending });
    view.root.append(view.status);
    this.pending.set(message.key, view);
    log.append(view.root);
  }

  seen(key) {
    this.pending.get(key)?.status.replaceChildren();
  }

  dropPending(key) {
    this.pending.get(key)?.root.remove();
    this.pending.delete(key);
  }

  markFailed(key, sentence) {
    const view = this.pending.get(key);
    if (!view) return;
    view.root.classList.add("stuck");
    view.status.replaceChildren(
      make("span", { text: `${this.texts.not_sent} ${sentence}`, role: "alert" }),
      make("span", { class: "links" },
        make("button", { type: "button", class: "link", text: this.texts.retry, click: () => this.retry(key) }),
        make("button", { type: "button", class: "link", text: this.texts.discard, click: () => this.discard(key) })),
    );
  }

  markSending(key) {
    const view = this.pending.get(key);
    view?.root.classList.remove("stuck");
    view?.status.replaceChildren(this.texts.sending);
  }

  showTyping(on) {
    this.typing?.remove();
    this.typing = on ? make("li", { class: "typing", "aria-hidden": "true" }, make("i"), make("i"), make("i")) : null;
    if (this.typing) log.append(this.typing);
  }

  /* Show a picture below an answer, whose words say the same; it stays as long as the page. */
  illustrate(id, url, shown) {
    const view = this.views.get(id);
    if (!view || view.root.querySelector(".picture")) return;
    view.root.append(make("img", { class: "picture", src: url, alt: "", load: shown }));
  }

  /* Bring a job's note into view and let it light up for a moment. */
  reveal(job) {
    const card = log.querySelector(`[data-job="${CSS.escape(job)}"]`);
    if (!card) return;
    card.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
    card.classList.remove("lit");
    void card.offsetWidth; // begins the animation anew
    card.classList.add("lit");
  }

  #insert(entry, view) {
    const later = [...log.children].find((child) => Number(child.dataset.id) > entry.id || child === this.typing
      || child.classList.contains("pending"));
    log.insertBefore(view.root, later ?? null);
  }

  /* The first entry of a day gets a line above it that says so. */
  #markDay(entry, root) {
    const day = new Date(entry.at).toDateString();
    root.dataset.id = entry.id;
    root.dataset.day = day;
    let before = root.previousElementSibling;
    while (before && !before.dataset.day) before = before.previousElementSibling;
    if (before?.dataset.day !== day) log.insertBefore(this.#day(entry.at, day), root);
  }

  #day(at, day) {
    const moment = new Date(at);
    const yesterday = new Date(Date.now() - 86400000).toDateString();
    let name = moment.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric" });
    if (day === new Date().toDateString()) name = this.texts.today;
    if (day === yesterday) name = this.texts.yesterday;
    return make("li", { class: "day", "data-day": day }, make("time", { datetime: at, text: name }));
  }

  #draw(entry) {
    if (entry.kind === "said") return this.#said(entry);
    return entry.kind === "reply" ? this.#reply(entry) : new NoteView(this.texts, entry, (button) => this.act(button));
  }

  #said(entry) {
    const root = make("li", { class: "said", ...stamp(entry.at) });
    root.append(make("span", { class: "unseen", text: `${this.texts.you}: ` }));
    const photos = this.previews.get(entry.key);
    if (entry.pictures.length > 0) {
      root.append(make("div", { class: "sent-photos" }, ...entry.pictures.map((name, index) => {
        const label = index === 0 ? this.texts.first_frame : this.texts.last_frame;
        return photos?.[index] ? preview(photos[index], `${label}: ${name}`)
          : make("span", { class: "photo-chip", title: name }, icon("photo"), make("span", { text: label }));
      })));
    }
    if (entry.text) root.append(make("p", { class: "bubble", text: entry.text }));
    return { root, update() {} };
  }

  #reply(entry) {
    const root = make("li", { class: "reply", ...stamp(entry.at) });
    if (!entry.text && entry.buttons.length === 0) root.hidden = true;
    if (entry.text) root.append(make("p", { class: "bubble", text: entry.text }));
    if (entry.buttons.length > 0) root.append(buttonRow(entry.buttons, this.texts, (button) => this.act(button)));
    return { root, update() {} };
  }
}

/* One job: a stage that shows progress and then the clip, the words about it, and its buttons. */
class NoteView {
  constructor(texts, entry, act) {
    this.texts = texts;
    this.act = act;
    this.headline = make("p", { class: "headline" });
    this.figure = make("span", { class: "figure" });
    this.bar = make("div", { class: "bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100,
      "aria-label": texts.progress }, make("span"));
    this.stage = make("div", { class: "stage" });
    this.prompt = make("p", { class: "prompt" });
    this.details = make("ul", { class: "details" });
    this.foot = make("div", { class: "foot" });
    this.card = make("div", { class: "card" }, this.stage, make("div", { class: "words" },
      make("div", { class: "row" }, this.headline, this.figure), this.bar, this.prompt, this.details, this.foot));
    this.root = make("li", { class: "note", "data-job": entry.job, ...stamp(entry.at) }, this.card);
    this.update(entry);
  }

  update(entry) {
    this.root.dataset.state = entry.state;
    this.root.dataset.look = this.#look(entry);
    this.headline.textContent = entry.headline;
    this.prompt.textContent = entry.prompt;
    this.details.replaceChildren(...entry.details.map((line) => make("li", { text: line })));
    this.#showProgress(entry);
    this.#showClip(entry);
    this.#showButtons(entry);
  }

  #look(entry) {
    if (entry.clip) return "clip";
    if (STOPPED.has(entry.state)) return "trouble";
    if (entry.state === "asking") return "question";
    return entry.ended ? "over" : "running";
  }

  #showProgress(entry) {
    const running = this.root.dataset.look === "running";
    const known = running && entry.percent !== null;
    const percent = known ? Math.round(entry.percent) : 0;
    this.bar.hidden = !running;
    this.bar.classList.toggle("unknown", !known);
    this.bar.firstChild.style.width = known ? `${percent}%` : "";
    if (known) this.bar.setAttribute("aria-valuenow", percent);
    else this.bar.removeAttribute("aria-valuenow");
    this.bar.setAttribute("aria-valuetext", known ? `${entry.headline} ${percent} %` : entry.headline);
    this.figure.textContent = known ? fill(this.texts.percent, { n: percent }) : "";
  }

  #showClip(entry) {
    const url = entry.clip?.url ?? "";
    if ((this.stage.dataset.url ?? "") === url && this.stage.dataset.url !== undefined) return;
    this.stage.dataset.url = url;
    this.stage.replaceChildren(...(entry.clip ? [this.#video(entry)] : []));
    this.card.style.maxWidth = entry.clip ? `${widthFor(entry.clip)}px` : "";
  }

  #video(entry) {
    const { clip } = entry;
    const video = make("video", { src: clip.url, poster: clip.thumbnail, width: clip.width, height: clip.height,
      controls: true, loop: true, playsinline: true, preload: clip.thumbnail ? "none" : "metadata",
      "aria-label": fill(this.texts.clip_of, { prompt: entry.prompt }) });
    video.muted = true;
    video.style.aspectRatio = `${clip.width} / ${clip.height}`;
    let touched = false; // once somebody uses the controls, the mouse alone moves nothing any more
    video.addEventListener("pointerdown", () => { touched = true; });
    video.addEventListener("keydown", () => { touched = true; });
    if (matchMedia("(hover: hover)").matches && !calm.matches) {
      video.addEventListener("mouseenter", () => { if (!touched) video.play().catch(() => {}); });
      video.addEventListener("mouseleave", () => { if (!touched) video.pause(); });
    }
    video.addEventListener("error", () => {
      this.stage.replaceChildren(make("p", { class: "gone", text: this.texts.clip_gone }));
    });
    return video;
  }

  #showButtons(entry) {
    const drawn = JSON.stringify([entry.buttons, entry.clip?.download]);
    if (this.foot.dataset.drawn === drawn) return; // the focus stays where it is
    this.foot.dataset.drawn = drawn;
    const row = buttonRow(entry.buttons, this.texts, this.act);
    if (entry.clip) {
      const link = make("a", { class: "action", href: entry.clip.download, download: true }, icon("download"),
        make("span", { text: this.texts.download }));
      const last = [...row.children].find((button) => button.dataset.action === "delete");
      row.insertBefore(link, last ?? null);
    }
    this.foot.replaceChildren(row);
    this.foot.hidden = row.children.length === 0;
  }
}

function buttonRow(buttons, texts, act) {
  const row = make("div", { class: "actions" });
  for (const button of buttons) {
    const label = make("span", { text: button.label });
    const element = make("button", { type: "button", class: "action", "data-action": button.action },
      icon(buttonIcon[button.action]), label);
    element.addEventListener("click", async () => {
      if (button.action === "delete" && !element.dataset.sure) {
        askAgain(element, label, button, texts);
        return;
      }
      element.disabled = true;
      await act(button);
      element.disabled = false;
    });
    row.append(element);
  }
  return row;
}

/* A clip that was paid for is not deleted by one slip of a finger. */
function askAgain(element, label, button, texts) {
  element.dataset.sure = "yes";
  label.textContent = texts.delete_sure;
  setTimeout(() => {
    delete element.dataset.sure;
    label.textContent = button.label;
  }, 4000);
}

function preview(photo, description) {
  const image = make("img", { src: photo.url, alt: description, class: "sent-photo" });
  image.addEventListener("error", () => {
    image.replaceWith(make("span", { class: "photo-chip", title: description }, icon("photo"), description.split(":")[0]));
  });
  return image;
}

/* Wide clips take the whole column; tall ones stay low enough to be seen at once. */
function widthFor(clip) {
  const height = Math.min(460, Math.max(260, window.innerHeight * 0.55));
  return Math.round(Math.min(560, Math.max(310, (height * clip.width) / clip.height)));
}

function stamp(at) {
  return at ? { title: new Date(at).toLocaleString(document.documentElement.lang) } : {};
}

/* The message box: words, up to two photos, camera moves, formats and commands. */

import { byId, fill, icon, make } from "/page/dom.js";

const PICTURE = /\.(avif|bmp|gif|heic|heif|jpe?g|png|tiff?|webp)$/i;
const form = byId("composer");
const text = byId("text");
const suggestions = byId("suggestions");
const moves = byId("moves");
const photoList = byId("photos");
const pickers = { model: byId("model"), seconds: byId("seconds"), resolution: byId("resolution") };

export class Composer {
  /* `send({text, photos, chosen})` is called on Enter, `complain(sentence)` when a file cannot be taken, and
     `changed({text, photos, chosen})` with the number of photos whenever the box holds something else. */
  constructor(setup, { send, complain, changed }) {
    this.texts = setup.texts;
    this.setup = setup;
    this.sendIt = send;
    this.complain = complain;
    this.tellChanged = changed;
    this.photos = []; // [{file, url}], first frame before last frame
    this.selected = -1;
    this.#listen();
    this.#fillMoves();
    this.#fillPickers();
    byId("attach").append(icon("photo"));
    byId("camera").append(icon("camera"));
    byId("send").append(icon("send"));
    // Whoever was quicker than this script keeps what they typed.
    this.set(text.value || (sessionStorage.getItem("draft") ?? ""), { focus: matchMedia("(hover: hover)").matches });
  }

  set(words, { focus = true } = {}) {
    text.value = words;
    this.#changed();
    if (!focus) return;
    text.focus();
    text.setSelectionRange(words.length, words.length);
  }

  /* Give back what could not be sent. */
  restore(message) {
    this.photos = message.photos;
    for (const [name, value] of Object.entries(message.chosen)) pickers[name].value = value;
    this.#drawPhotos();
    this.set(message.text);
  }

  addFiles(files) {
    for (const file of files) {
      if (!file.type.startsWith("image/") && !PICTURE.test(file.name)) {
        this.complain(fill(this.texts.not_a_photo, { name: file.name }));
      } else if (file.size > this.setup.limits.picture_bytes) {
        this.complain(fill(this.texts.too_large, { name: file.name }));
      } else if (this.photos.length >= 2) {
        this.complain(this.texts.too_many);
      } else {
        this.photos.push({ file, url: URL.createObjectURL(file) });
      }
    }
    this.#drawPhotos();
    text.focus();
  }

  clear() {
    this.photos = [];
    this.#drawPhotos();
    this.set("");
  }

  #listen() {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    text.addEventListener("input", () => this.#changed());
    text.addEventListener("keydown", (event) => this.#key(event));
    text.addEventListener("blur", () => this.#closeSuggestions());
    text.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length === 0) return;
      event.preventDefault();
      this.addFiles(event.clipboardData.files);
    });
    byId("attach").addEventListener("click", () => byId("files").click());
    byId("files").addEventListener("change", (event) => {
      this.addFiles(event.target.files);
      event.target.value = "";
    });
    byId("camera").addEventListener("click", () => this.#toggleMoves(moves.hidden));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !moves.hidden) {
        event.stopPropagation();
        this.#toggleMoves(false);
        byId("camera").focus();
      }
    });
    document.addEventListener("pointerdown", (event) => {
      if (!moves.contains(event.target) && !byId("camera").contains(event.target)) this.#toggleMoves(false);
    });
    for (const picker of Object.values(pickers)) {
      picker.addEventListener("change", () => {
        this.#offerFormats();
        this.#tell();
      });
    }
  }

  #send() {
    const words = text.value.trim();
    if (!words && this.photos.length === 0) {
      this.complain(this.texts.nothing_said);
      return;
    }
    const message = { text: words, photos: this.photos, chosen: picked() };
    this.clear();
    this.sendIt(message);
  }

  #key(event) {
    if (event.isComposing) return;
    if (!suggestions.hidden && this.#keyInSuggestions(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape" && moves.hidden) {
      this.clear();
    }
  }

  #keyInSuggestions(event) {
    const options = [...suggestions.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.#select((this.selected + step + options.length) % options.length);
    } else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) {
      this.#accept(options[this.selected].dataset.command);
    } else if (event.key === "Escape") {
      this.#closeSuggestions();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  #changed() {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 220)}px`;
    byId("send").disabled = !text.value.trim() && this.photos.length === 0;
    sessionStorage.setItem("draft", text.value);
    this.#suggest();
    this.#tell();
  }

  #tell() {
    this.tellChanged({ text: text.value, photos: this.photos.length, chosen: picked() });
  }

  #suggest() {
    const typed = /^\/([a-z]*)$/.exec(text.value);
    const fitting = typed ? this.setup.commands.filter(({ name }) => name.startsWith(typed[1])) : [];
    const done = fitting.length === 1 && fitting[0].name === typed[1];
    if (fitting.length === 0 || done || document.activeElement !== text) {
      this.#closeSuggestions();
      return;
    }
    suggestions.replaceChildren(...fitting.map(({ name, about }, index) => make("div",
      { role: "option", id: `suggestion-${index}`, class: "suggestion", "data-command": name,
        pointerdown: (event) => { event.preventDefault(); this.#accept(name); } },
      make("b", { text: `/${name}` }), make("span", { text: about }))));
    suggestions.hidden = false;
    const exact = fitting.findIndex(({ name }) => name === typed[1]);
    this.#select(exact >= 0 ? exact : 0);
  }

  #select(index) {
    this.selected = index;
    [...suggestions.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    suggestions.children[index].scrollIntoView({ block: "nearest" });
    text.setAttribute("aria-activedescendant", `suggestion-${index}`);
  }

  #accept(command) {
    this.set(`/${command}${["video", "language"].includes(command) ? " " : ""}`);
    this.#closeSuggestions();
  }

  #closeSuggestions() {
    suggestions.hidden = true;
    text.removeAttribute("aria-activedescendant");
  }

  #fillMoves() {
    byId("camera").hidden = this.setup.moves.length === 0;
    moves.replaceChildren(...this.setup.moves.map((move) => make("button",
      { type: "button", class: "move", text: move, click: () => this.#insertMove(move) })));
  }

  #toggleMoves(open) {
    moves.hidden = !open;
    byId("camera").setAttribute("aria-expanded", String(open));
    if (open) moves.firstElementChild?.focus();
  }

  #insertMove(move) {
    const before = text.value.slice(0, text.selectionStart);
    const after = text.value.slice(text.selectionEnd);
    const gap = before && !/\s$/.test(before) ? " " : "";
    const put = `${gap}[${move}]`;
    text.value = before + put + after;
    text.focus();
    text.setSelectionRange(before.length + put.length, before.length + put.length);
    this.#toggleMoves(false);
    this.#changed();
  }

  #fillPickers() {
    const names = this.setup.models.map((model) => model.name);
    fillPicker(pickers.model, names.map((name) => [name, name]), this.texts.model, names.length > 1);
    this.#offerFormats();
  }

  /* Offer only what can be made with the chosen model, the photos at hand and the other choice. */
  #offerFormats() {
    const mode = ["text", "image", "first_last"][this.photos.length];
    const models = this.setup.models.filter((model) => !pickers.model.value || model.name === pickers.model.value);
    const formats = models.flatMap((model) => model.formats).filter((format) => format.mode === mode);
    const { seconds, resolution } = pickers;
    const fits = (format, name) => !pickers[name].value || String(format[name]) === pickers[name].value;
    const lengths = formats.filter((format) => fits(format, "resolution")).map((format) => format.seconds);
    const named = [...new Set(lengths)].sort((a, b) => a - b).map((n) => [n, fill(this.texts.second_unit, { n })]);
    fillPicker(seconds, named, this.texts.seconds, formats.length > 0);
    const sizes = formats.filter((format) => fits(format, "seconds")).map((format) => format.resolution);
    fillPicker(resolution, [...new Set(sizes)].map((size) => [size, size]), this.texts.resolution, formats.length > 0);
  }

  #drawPhotos() {
    const labels = [this.texts.first_frame, this.texts.last_frame];
    photoList.replaceChildren(...this.photos.map((photo, index) => this.#photoChip(photo, labels[index], index)));
    if (this.photos.length === 2) {
      const swap = make("li", { class: "swap" }, make("button", { type: "button", class: "tool", title: this.texts.swap,
        "aria-label": this.texts.swap, click: () => this.#swap() }, icon("swap")));
      photoList.insertBefore(swap, photoList.lastElementChild);
    }
    photoList.hidden = this.photos.length === 0;
    this.#offerFormats();
    this.#changed();
  }

  #photoChip(photo, label, index) {
    const image = make("img", { src: photo.url, alt: photo.file.name });
    image.addEventListener("error", () => image.replaceWith(icon("photo")));
    const name = fill(this.texts.remove, { name: label });
    const remove = make("button", { type: "button", class: "remove", "aria-label": name, title: name, click: () => {
      this.photos = this.photos.filter((_, at) => at !== index);
      this.#drawPhotos();
      text.focus();
    } }, icon("cancel"));
    return make("li", { class: "photo" }, make("span", { class: "thumb" }, image),
      make("span", { class: "caption" }, make("b", { text: label }), make("span", { text: photo.file.name })), remove);
  }

  #swap() {
    this.photos = [this.photos[1], this.photos[0]];
    this.#drawPhotos();
    photoList.querySelector(".swap button").focus();
  }
}

/* What is picked beside the text, by name; empty is left to the server. */
const picked = () => Object.fromEntries(Object.entries(pickers).map(([name, picker]) => [name, picker.value]));

/* Nothing picked reads as the name of the choice, and leaves it to the server. */
function fillPicker(picker, options, name, shown) {
  const before = picker.value;
  picker.replaceChildren(make("option", { value: "", text: name }),
    ...options.map(([value, label]) => make("option", { value, text: label })));
  picker.value = options.some(([value]) => String(value) === before) ? before : "";
  picker.parentElement.hidden = !shown;
}

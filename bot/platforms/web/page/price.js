/* What the message in the box would cost, told while it is being written; only the server knows. */

import { byId } from "/page/dom.js";
import { Refusal, askPrice } from "/page/network.js";

const STILL = 350; // milliseconds without a change before the server is asked

export class Price {
  constructor(texts) {
    this.texts = texts;
    this.line = byId("price");
    this.draft = null;
    this.timer = undefined;
    this.asking = new AbortController();
  }

  /* The box holds something else now. */
  of(draft) {
    this.draft = draft;
    this.again();
  }

  /* Money has moved, or may have. */
  again() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(), STILL);
  }

  async #ask() {
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    let told = { sentence: "", price: null, enough: false };
    try {
      told = await askPrice(this.draft, signal, this.texts);
    } catch (refusal) {
      // Whoever cannot be told the price is told it when they send.
      if (!(refusal instanceof Refusal)) throw refusal;
    }
    if (!signal.aborted) this.#tell(told);
  }

  /* The same sentence is not written again: a screen reader would read it again. */
  #tell({ sentence, price, enough }) {
    this.line.dataset.enough = String(enough || price === null);
    if (this.line.textContent !== sentence) this.line.textContent = sentence;
  }
}

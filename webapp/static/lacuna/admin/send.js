// Decisions on their way to the server: in order, in batches, also when the page is left.

const BATCH = 400;

export class Sender {
  constructor({ decide, csrf }, failed) {
    this.address = decide;
    this.csrf = csrf;
    this.failed = failed;
    this.waiting = [];
    this.chain = Promise.resolve();
    addEventListener("pagehide", () => this.flush(true));
  }

  /** Queue one decision about some pairs; `lost` puts things back should it not arrive. */
  add(act, pairs, lost) {
    const last = this.waiting.at(-1);
    if (last?.act === act) {
      last.pairs.push(...pairs);
      last.lost.push(lost);
    } else {
      this.waiting.push({ act, pairs: [...pairs], lost: [lost] });
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), 350);
  }

  /** Send what waits; resolves when the server has everything. */
  flush(leaving = false) {
    clearTimeout(this.timer);
    for (const { act, pairs, lost } of this.waiting.splice(0)) {
      const send = async () => {
        try {
          for (let from = 0; from < pairs.length; from += BATCH) {
            await this.post(this.address, [["do", act], ...pairs.slice(from, from + BATCH).map((pair) => ["pair", pair])], leaving);
          }
        } catch (error) {
          lost.reverse().forEach((back) => back());
          this.failed(error.message);
        }
      };
      this.chain = leaving ? send() : this.chain.then(send);
    }
    return this.chain;
  }

  async post(address, fields, keepalive = false) {
    const headers = { "X-CSRFToken": this.csrf, Accept: "application/json" };
    const answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams(fields), keepalive });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.message || "");
    return said;
  }
}

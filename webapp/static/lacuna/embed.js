// <lacuna-search server="https://library.example" token="lac_…" limit="12" lang="en">: a library's search on any page.
// It stands alone: one file, no other origin but the server. All text goes in as text, pictures come as blobs, and
// the token is sent to the server and nowhere else. docs/howto/embed.md says how to use it.

const PAUSE = 250;
const WORDS = {
  en: {
    label: "Search the library", hint: "Describe a picture", by: "by", untitled: "Untitled", results: "Results",
    hit: "The library has this.", close: "Something comes close.", unsure: "Something comes close; not sure of “{}”.",
    miss: "Nothing here fits.", lacks: "Nothing here shows “{}”.", nearest: "The {} nearest are shown.",
    unknown: "It cannot be told whether this is here.", and: "” or “", shown: "{} shown.", looking: "Looking…",
    unlicensed: "licence unknown", token: "The library does not accept this page's token.",
    forbidden: "This page's token may not search.", busy: "Too many searches. Try again in {} s.",
    failed: "The library could not answer ({}).", address: "The address of the library is not right.",
    away: "The library cannot be reached, or does not let this page search it.",
  },
  zh: {
    label: "搜索素材库", hint: "描述一张图片", by: "作者：", untitled: "无标题", results: "结果",
    hit: "库中有符合的素材。", close: "有接近的素材。", unsure: "有接近的素材，但不确定是否有“{}”。",
    miss: "库中没有符合的素材。", lacks: "库中没有“{}”。", nearest: "以下是最接近的 {} 项。",
    unknown: "无法判断库中是否有。", and: "”或“", shown: "显示 {} 项。", looking: "正在搜索…",
    unlicensed: "许可未知", token: "素材库不接受此页面的令牌。",
    forbidden: "此页面的令牌没有搜索权限。", busy: "搜索过于频繁，请在 {} 秒后重试。",
    failed: "素材库无法回答（{}）。", address: "素材库的地址不正确。",
    away: "无法连接素材库，或素材库不允许此页面搜索。",
  },
};
const STYLE = `
:host {
  display: block; color-scheme: light dark;
  font: var(--lacuna-font, .9375rem / 1.5 system-ui, sans-serif); color: var(--lacuna-ink, light-dark(#1a1f1e, #eceae5));
  --ground: var(--lacuna-ground, light-dark(#fff, #1d2120)); --paper: var(--lacuna-paper, light-dark(#f6f5f2, #d6d4cf));
  --quiet: var(--lacuna-quiet, light-dark(#5d625f, #a3aaa6)); --line: var(--lacuna-line, light-dark(#8b8a84, #767d7a));
  --accent: var(--lacuna-accent, light-dark(#0b6e62, #4cc9b5)); --warn: var(--lacuna-warn, light-dark(#8a5a00, #e6b65a));
  --bad: var(--lacuna-bad, light-dark(#a8322a, #f0938b)); --radius: var(--lacuna-radius, 10px);
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
input {
  width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit;
  background: var(--ground); border: 1px solid var(--line); border-radius: var(--radius);
}
input:focus-visible, [aria-selected="true"] { outline: 2px solid var(--accent); outline-offset: 2px; }
[role="status"] { margin: .5rem 0; min-height: 1.5em; font-weight: 600; }
[role="status"][data-verdict="weak"], [role="status"][data-verdict="unknown"] { color: var(--warn); }
[role="status"][data-verdict="miss"], [role="status"][data-verdict="error"] { color: var(--bad); }
[role="listbox"] {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(var(--lacuna-tile, 9rem), 100%), 1fr)); gap: .75rem;
}
[role="listbox"]:empty { display: none; }
[role="listbox"][aria-busy="true"] { opacity: .6; }
[role="option"] { padding: .5rem; border-radius: var(--radius); background: var(--ground); cursor: pointer; min-width: 0; }
.picture { display: block; aspect-ratio: 1; background: var(--paper); border-radius: calc(var(--radius) - 4px); overflow: hidden; }
img { display: block; width: 100%; height: 100%; object-fit: contain; }
.title, .credit { display: block; overflow-wrap: anywhere; }
.title { font-weight: 550; margin-top: .25rem; }
.credit { font-size: .8125em; color: var(--quiet); }
`;

function filled(sentence, value) {
  return sentence.replace("{}", () => value);
}

/** Return the address of a library, with a slash at its end, or null. */
function addressOf(given) {
  const url = URL.canParse(given ?? "") ? new URL(given) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/`;
  return url;
}

class LacunaSearch extends HTMLElement {
  static observedAttributes = ["server", "token", "limit", "lang"];
  #root = this.attachShadow({ mode: "open" });
  #input = document.createElement("input");
  #status = document.createElement("div");
  #list = document.createElement("div");
  #hits = [];
  #active = -1;
  #pictures = [];
  #timer = 0;
  #asked = new AbortController();

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    const search = document.createElement("div");
    search.setAttribute("role", "search");
    search.append(this.#input, this.#status, this.#list);
    this.#root.append(search);
    const attributes = {
      type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", maxlength: "500",
      "aria-autocomplete": "list", "aria-controls": "list", "aria-expanded": "false",
    };
    for (const [name, value] of Object.entries(attributes)) this.#input.setAttribute(name, value);
    this.#status.setAttribute("role", "status");
    this.#list.id = "list";
    this.#list.setAttribute("role", "listbox");
    this.#input.addEventListener("input", () => this.#later());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    // The words keep the focus, so that the arrows go on from what was clicked.
    this.#list.addEventListener("mousedown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#choose(Number(option.dataset.at));
    });
  }

  connectedCallback() {
    this.#speak();
  }

  disconnectedCallback() {
    this.#stop();
    this.#show([]);
  }

  attributeChangedCallback() {
    if (!this.isConnected) return;
    this.#speak();
    this.#later();
  }

  get #words() {
    const lang = this.closest("[lang]")?.lang || navigator.language;
    return /^zh\b/i.test(lang) ? WORDS.zh : WORDS.en;
  }

  #speak() {
    this.#input.placeholder = this.#words.hint;
    this.#input.setAttribute("aria-label", this.#words.label);
    this.#list.setAttribute("aria-label", this.#words.results);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#asked.abort();
    this.#asked = new AbortController();
  }

  /** Search once the typing rests; what is under way for older words is broken off. */
  #later() {
    this.#stop();
    const words = this.#input.value.trim();
    if (words) this.#timer = setTimeout(() => this.#search(words, this.#asked.signal), PAUSE);
    else this.#say("");
    if (!words) this.#show([]);
  }

  async #search(words, signal) {
    const server = addressOf(this.getAttribute("server"));
    if (!server) return this.#refuse(this.#words.address);
    const url = new URL("api/v1/search/", server);
    url.searchParams.set("q", words);
    url.searchParams.set("limit", String(Math.min(100, Math.max(1, parseInt(this.getAttribute("limit"), 10) || 12))));
    this.#list.setAttribute("aria-busy", "true");
    if (!this.#hits.length) this.#say(this.#words.looking);
    try {
      const response = await this.#fetch(url, signal);
      if (!response.ok) return this.#refuse(this.#refusal(response));
      const answer = await response.json();
      if (signal.aborted) return undefined;
      this.#show(answer.hits.map((hit) => ({ ...hit, page: new URL(`assets/${hit.id}/`, server).href })));
      this.#say(this.#verdict(answer), answer.verdict);
      return await this.#paint(server, signal);
    } catch (error) {
      return signal.aborted ? undefined : this.#refuse(this.#words.away);
    }
  }

  #fetch(url, signal) {
    const token = this.getAttribute("token");
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    return fetch(url, { headers, signal, credentials: "omit", referrerPolicy: "strict-origin" });
  }

  #refusal(response) {
    const words = this.#words;
    if (response.status === 401) return words.token;
    if (response.status === 403) return words.forbidden;
    if (response.status === 429) return filled(words.busy, response.headers.get("Retry-After") ?? "60");
    return filled(words.failed, response.status);
  }

  #verdict(answer) {
    const words = this.#words;
    const missing = answer.missing.join(words.and);
    const said = {
      hit: words.hit,
      weak: missing ? filled(words.unsure, missing) : words.close,
      miss: missing ? filled(words.lacks, missing) : words.miss,
      unknown: words.unknown,
    };
    const far = answer.verdict === "miss" || answer.verdict === "unknown";
    const shown = answer.hits.length ? filled(far ? words.nearest : words.shown, answer.hits.length) : "";
    return `${said[answer.verdict] ?? ""} ${shown}`.trim();
  }

  #refuse(sentence) {
    this.#show([]);
    this.#say(sentence, "error");
  }

  #say(sentence, verdict) {
    this.#status.textContent = sentence;
    this.#status.dataset.verdict = verdict ?? "";
  }

  #show(hits) {
    for (const picture of this.#pictures) URL.revokeObjectURL(picture);
    this.#pictures = [];
    this.#hits = hits;
    this.#list.removeAttribute("aria-busy");
    this.#list.replaceChildren(...hits.map((hit, at) => this.#option(hit, at)));
    this.#input.setAttribute("aria-expanded", String(hits.length > 0));
    this.#point(-1);
  }

  #option(hit, at) {
    const option = document.createElement("div");
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.id = `hit-${at}`;
    option.dataset.at = at;
    for (const [name, text] of [["picture", ""], ["title", this.#title(hit)], ["credit", this.#credit(hit)]]) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      option.append(part);
    }
    return option;
  }

  #title(hit) {
    return (this.#words === WORDS.zh && hit.title_zh) || hit.title || this.#words.untitled;
  }

  #credit(hit) {
    const { by, unlicensed } = this.#words;
    const author = hit.credit ? `${by}${by.endsWith("：") ? "" : " "}${hit.credit}, ` : "";
    return author + (hit.licence || unlicensed);
  }

  /** Fetch the thumbnails with the token, which an address in an <img> could not bear. */
  async #paint(server, signal) {
    await Promise.all(this.#hits.map(async (hit, at) => {
      const url = new URL(hit.thumb, server);
      if (url.origin !== server.origin) return;
      const response = await this.#fetch(url, signal).catch(() => null);
      const blob = response?.ok ? await response.blob().catch(() => null) : null;
      if (!blob || signal.aborted) return;
      const picture = document.createElement("img");
      picture.alt = "";
      picture.src = URL.createObjectURL(blob);
      this.#pictures.push(picture.src);
      this.#list.children[at].querySelector(".picture").append(picture);
    }));
  }

  #key(event) {
    const last = this.#hits.length - 1;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" && last >= 0) this.#point(this.#active >= last ? 0 : this.#active + 1);
    else if (event.key === "ArrowUp" && last >= 0) this.#point(this.#active <= 0 ? last : this.#active - 1);
    else if (event.key === "Enter" && this.#active >= 0) this.#choose(this.#active);
    else if (event.key === "Escape" && this.#active >= 0) this.#point(-1);
    else return;
    event.preventDefault();
  }

  #point(at) {
    this.#list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = at;
    const option = this.#list.children[at];
    if (!option) return this.#input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    return this.#input.setAttribute("aria-activedescendant", option.id);
  }

  /** Tell the page: the event's ``detail`` is the hit, with ``page`` as its address in the library. */
  #choose(at) {
    this.#point(at);
    this.dispatchEvent(new CustomEvent("lacuna-choose", { detail: this.#hits[at], bubbles: true, composed: true }));
  }
}

if (!customElements.get("lacuna-search")) customElements.define("lacuna-search", LacunaSearch);

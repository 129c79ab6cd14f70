/**
 * A page with an editor of each sort: a field, an area, an editable element, one that is drawn from a model which hears
 * `beforeinput`, a field in a shadow root, and one in a frame. It keeps every event of a key and of the focus.
 */
export const EDITORS_PAGE = `<!doctype html><meta charset="utf-8">
<style>body { margin: 0 } input, textarea, div { width: 500px; height: 60px; white-space: pre-wrap } button { height: 30px }</style>
<input id="field"><textarea id="area"></textarea><div id="editable" contenteditable="true"></div>
<div id="model" contenteditable="true"></div><div id="host"></div>
<iframe id="frame" style="width: 520px; height: 80px" srcdoc="<body style='margin:0'><textarea></textarea></body>"></iframe>
<script>{
  window.seen = [];
  for (const type of ["keydown", "keyup", "beforeinput", "input", "blur", "focus"]) {
    addEventListener(type, (event) => {
      const { isTrusted, key, code, shiftKey, data } = event;
      seen.push({ type, isTrusted, key, code, shiftKey, data, onWindow: event.target === window });
    }, true);
  }
  host.attachShadow({ mode: "open" }).innerHTML = '<textarea style="width: 500px; height: 50px"></textarea>';
  let text = "";
  let isAll = false;
  model.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
    if (key.length === 1 && (ctrlKey || metaKey)) isAll = key === "a";
  });
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
  model.addEventListener("beforeinput", (event) => {
    event.preventDefault();
    const before = isAll ? "" : text;
    isAll = false;
    if (event.inputType.startsWith("delete")) {
      text = Array.from(graphemes.segment(before), ({ segment }) => segment).slice(0, -1).join("");
    } else {
      text = before + (/Line|Paragraph/.test(event.inputType) ? "\\n" : event.data ?? "");
    }
    model.textContent = text;
    getSelection().selectAllChildren(model);
    getSelection().collapseToEnd();
  });
}</script>`;

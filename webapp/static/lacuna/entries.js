// What was dropped, pasted or chosen, as plain files. Folders are walked to their ends.

const PICTURE = /\.(jpe?g|png|webp|gif|svg)$/i;
const isHidden = (name) => name.startsWith(".") || name === "Thumbs.db" || name === "desktop.ini";

/** A file, and whether it looks like a picture; only what came in a folder is asked. */
const found = (file, inFolder) => ({ file, fits: !inFolder || PICTURE.test(file.name) || file.type.startsWith("image/") });

/** The files of a drop. Must be called while the event is handled: the browser empties the list after it. */
export function dropped(transfer) {
  const parts = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => {
      const entry = item.webkitGetAsEntry?.();
      return entry?.isDirectory ? walk(entry) : Promise.resolve([item.getAsFile()].filter(Boolean).map((file) => found(file, false)));
    });
  return Promise.all(parts).then((lists) => lists.flat());
}

/** The files of a file field; a folder's hidden files are left out. */
export function chosen(field) {
  const inFolder = field.webkitdirectory;
  return [...field.files].filter((file) => !inFolder || !file.webkitRelativePath.split("/").some(isHidden)).map((file) => found(file, inFolder));
}

/** The pictures on the clipboard, under names that tell them apart. */
export function pasted(clipboard, word) {
  const stamp = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
  return [...clipboard.files].map((file, n) => {
    const nameless = file.name === "image.png" || !file.name;
    const name = `${word} ${stamp}${n ? ` ${n + 1}` : ""}.${file.type.split("/")[1]?.split("+")[0] || "png"}`;
    return found(nameless ? new File([file], name, { type: file.type }) : file, false);
  });
}

async function walk(folder) {
  const files = [];
  for (const entry of await children(folder)) {
    if (isHidden(entry.name)) continue;
    if (entry.isDirectory) files.push(...(await walk(entry)));
    else files.push(found(await new Promise((resolve, reject) => entry.file(resolve, reject)), true));
  }
  return files;
}

/** All entries of a folder: the browser hands out a hundred at a time, and an empty list at the end. */
async function children(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return all;
    all.push(...some);
  }
}

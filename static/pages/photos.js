// Photos are made smaller where the browser can and sent as soon as they are chosen, with progress.
// What could not be sent stays in its field and goes with the form.
(() => {
  "use strict";
  const { announce } = window.portal;
  const LONGEST_SIDE = 2000;
  const SMALL_ENOUGH = 1_000_000;
  const QUALITY = 0.85;

  const smaller = async (file) => {
    if (!/^image\/(jpeg|png|webp|hei[cf])$/.test(file.type)) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
      const isTaken = !/hei[cf]$/.test(file.type);
      if (scale === 1 && file.size <= SMALL_ENOUGH && isTaken) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      const paper = canvas.getContext("2d");
      paper.fillStyle = "#fff";
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
      if (!made || (made.size >= file.size && isTaken)) return file;
      return new File([made], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" });
    } catch {
      return file;
    }
  };

  const show = (box, text, share = null) => {
    const progress = box.querySelector("[data-progress]");
    if (!progress) return;
    progress.hidden = !text;
    progress.querySelector("[data-said]").textContent = text;
    const bar = progress.querySelector("progress");
    if (share === null) bar.removeAttribute("value");
    else bar.value = share;
  };

  const send = (box, form, files) => new Promise((done) => {
    const body = new FormData();
    body.append("_form_key", form.elements._form_key.value);
    for (const file of files) body.append("files", file);
    const request = new XMLHttpRequest();
    request.open("POST", box.dataset.photos);
    request.setRequestHeader("X-CSRF-Token", document.querySelector('meta[name="csrf-token"]')?.content ?? "");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) show(box, box.dataset.sending, event.loaded / event.total);
    };
    request.onload = () => {
      const answered = request.status === 200 || request.status === 422;
      const page = answered && new DOMParser().parseFromString(request.responseText, "text/html");
      done(page ? page.getElementById("photos") : null);
    };
    request.onerror = request.onabort = () => done(null);
    request.send(body);
  });

  const take = async (input, files) => {
    const box = document.getElementById("photos");
    const form = box?.closest("form");
    if (!form) return;
    show(box, box.dataset.making);
    const ready = [];
    for (const file of files) ready.push(await smaller(file));
    if (input.isConnected) {
      // A form that is sent meanwhile takes the small ones along; the portal keeps each once.
      const chosen = new DataTransfer();
      for (const file of ready) chosen.items.add(file);
      input.files = chosen.files;
    }
    show(box, box.dataset.sending, 0);
    const fresh = await send(box, form, ready);
    if (!fresh) {
      show(box, "");
      announce(box.dataset.later);
      return;
    }
    const had = box.contains(document.activeElement) ? document.activeElement.id : "";
    box.replaceWith(fresh);
    if (had) document.getElementById(had)?.focus({ preventScroll: true });
    announce(fresh.dataset.announce);
  };

  let queue = Promise.resolve();
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.closest("#photos") || !input.files.length) return;
    const files = [...input.files];
    queue = queue.then(() => take(input, files));
  });
})();

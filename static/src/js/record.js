// HR's camera, drop zone and restored recordings: Uppy picks and records, our own uploader sends. Loaded when it is asked for.
import Uppy from "@uppy/core";
import Dashboard from "@uppy/dashboard";
import GoldenRetriever from "@uppy/golden-retriever";
import nb from "@uppy/locales/lib/nb_NO.js";
import { Camera } from "./record/camera.js";
import { Meter } from "./record/meter.js";
import * as kept from "./record/kept.js";

// start shows the recorder in place and hands every film to the uploader around it.
function start(place) {
  const root = place.closest("[data-upload]");
  const words = place.dataset;
  const meter = new Meter(place.querySelector("[data-part=level]"));
  const uppy = new Uppy({
    id: `kollega-${root.dataset.job}`, // what is kept of one job is not offered to another
    locale: locale(words),
    restrictions: { maxNumberOfFiles: 1, maxFileSize: Number(root.dataset.maxBytes), allowedFileTypes: ["video/*"] },
  })
    .use(Dashboard, {
      inline: true,
      target: place.querySelector("[data-part=stage]"),
      width: "100%",
      height: 460,
      theme: document.documentElement.dataset.theme || "auto",
      hideUploadButton: true, // the form's own button sends
      disableThumbnailGenerator: true,
      proudlyDisplayPoweredByUppy: false, // no link leads out of the house from here
      note: words.tNote,
    })
    .use(Camera, {
      target: Dashboard,
      modes: ["video-audio"],
      mobileNativeCamera: false, // the form's file input opens the phone's camera already
      showVideoSourceDropdown: true,
      videoConstraints: { facingMode: "user", width: { ideal: 1280, max: 1280 }, height: { ideal: 720, max: 720 } },
      onStream: (stream) => meter.follow(stream),
      onTell: (text, urgent) => tell(place, text, urgent),
      words,
    })
    .use(GoldenRetriever, { indexedDB: { maxFileSize: 700e6, maxTotalSize: 1400e6 } });

  const hand = (file) => {
    kept.note(root.dataset.job);
    root.dispatchEvent(new CustomEvent("k:film", { detail: asFile(file) }));
  };
  uppy.on("file-added", hand);
  uppy.on("restored", () => uppy.getFiles().filter((file) => file.data).slice(0, 1).forEach(hand));
  uppy.on("file-removed", () => {
    kept.forget(root.dataset.job);
    root.dispatchEvent(new CustomEvent("k:film"));
  });
  root.addEventListener("k:sent", () => uppy.cancelAll()); // what is with the server is not kept here
  if (!kept.has(root.dataset.job)) uppy.getPlugin("Dashboard").showPanel("Camera");
}

// asFile makes a recording a file that is recognised when it is kept and taken up again: its name says when it was made.
function asFile({ data, name, type }) {
  return data instanceof File ? data : new File([data], name, { type, lastModified: 0 });
}

function locale(words) {
  const strings = { pluginNameCamera: words.tCamera, importFrom: "%{name}", submitRecordedFile: words.tUse, discardRecordedFile: words.tRetake };
  if (document.documentElement.lang !== "nb") return { strings };
  return { ...nb, strings: { ...nb.strings, ...strings } };
}

function tell(place, text, urgent) {
  const shown = place.querySelector("[data-part=clock]");
  shown.textContent = text;
  shown.hidden = !text;
  if (urgent) place.querySelector("[data-part=said]").textContent = text;
}

for (const place of document.querySelectorAll("[data-recorder]")) start(place);

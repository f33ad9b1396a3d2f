// The camera, read by the browser where it can, else by a reader that comes with this page (iPhones, Firefox, most
// desktops). What it sees stays on the device.
import { BarcodeDetector as OwnReader } from "qr/decode.js";
import { findIn } from "./code.js";

const OFTEN = 200;

// Calls back with a credit code, or with null if there is no camera to be had.
export function install(page, onCode) {
  const button = page.querySelector("[data-scan]");
  const dialog = page.querySelector("[data-camera]");
  const video = page.querySelector("[data-video]");
  if (!navigator.mediaDevices?.getUserMedia) return;
  button.hidden = false;
  let stream = null;
  dialog.addEventListener("close", () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    video.srcObject = null;
  });
  button.addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      onCode(null);
      return;
    }
    video.srcObject = stream;
    dialog.showModal();
    await video.play();
    const code = await look(await reader(), video, dialog);
    dialog.close();
    if (code) onCode(code);
  });
}

// A browser may have the name and read nothing, as Chromium on a desktop.
async function reader() {
  const formats = await window.BarcodeDetector?.getSupportedFormats?.().catch(() => []);
  return formats?.includes("qr_code") ? new window.BarcodeDetector() : new OwnReader();
}

async function look(detector, video, dialog) {
  while (dialog.open) {
    for (const { rawValue } of await detector.detect(video).catch(() => [])) {
      const code = findIn(rawValue);
      if (code) return code;
    }
    await new Promise((resolve) => setTimeout(resolve, OFTEN));
  }
  return null;
}

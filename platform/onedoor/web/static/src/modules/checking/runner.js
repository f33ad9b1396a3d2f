// One worker for the page, started with it, so that it needs no network afterwards. A run gives what the worker says last.
export class Runner {
  constructor(address) {
    this.worker = new Worker(address);
  }

  /**
   * @param {any} files
   * @param {{ head?: any, code?: any, told?: boolean, onProgress: (step: any) => void }} asked
   */
  run(files, { head, code, told, onProgress }) {
    return new Promise((resolve, reject) => {
      this.worker.onerror = (event) => reject(new Error(event.message));
      this.worker.onmessage = ({ data }) => (data.progress ? onProgress(data.progress) : resolve(data));
      // The bytes are handed over, not copied; whoever keeps the files keeps them as blobs.
      this.worker.postMessage(
        { files, head, code, told },
        files.map((file) => file.data.buffer),
      );
    });
  }
}

export async function bytesOf(files) {
  return Promise.all(files.map(async ({ name, blob }) => ({ name, data: new Uint8Array(await blob.arrayBuffer()) })));
}

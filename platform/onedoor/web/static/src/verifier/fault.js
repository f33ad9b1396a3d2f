// Something wrong with a file of a draw. `code` is what the page has words for, `params` the particulars (a list, a row, a
// name), the message one English sentence for the record.
export class Fault extends Error {
  constructor(code, message, params = {}) {
    super(message);
    this.code = code;
    this.params = params;
  }
}

// What the compiler cannot know of a page: which element a selector finds is said by the template, so whatever an element
// can have may be asked of any; and what a browser or a bundle adds.
interface EventTarget {
  closest: any;
  dataset: DOMStringMap;
  disabled: any;
  files: any;
  form: any;
  checked: any;
  name: any;
  options: any;
  value: any;
  elements: any;
}
interface Element {
  checked: any;
  click: any;
  content: any;
  disabled: any;
  focus: any;
  form: any;
  hidden: any;
  indeterminate: any;
  innerText: any;
  requestSubmit: any;
  submit: any;
  showModal: any;
  returnValue: any;
}
interface Event {
  detail: any;
  submitter: any;
}
interface Window {
  BarcodeDetector: any;
  onedoorCharts: any;
  htmx: any;
}

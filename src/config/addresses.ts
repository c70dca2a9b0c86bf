/** Addresses that things are fetched from: without credentials in them, and what may go over plain HTTP. */
import { type Form, textForm } from './forms.ts';

/** A name or address, perhaps with a port: nothing that could hold a user or a password. */
const OCI = /^oci:\/\/([\w.-]+|\[[\da-f:]+\])(:\d{1,5})?\/[^\s?#\\]+$/i;
/** What a URL parser would take for the scheme of an address. One letter is a drive of Windows. */
const SCHEME = /^[a-z][a-z\d+.-]+:|:\/\/|^\/\//i;
const NAME = /^[^\s-]\S*$/;
/** A path of a folder. It may hold blanks: on some runners the path of the workspace does. */
const PATH = /^(?=[^/\\]*[/\\])[^\s-][ \S]*$/;

/** A lower-case `http(s)://` URL without user, password, query and fragment: whatever is in it may be shown. */
function isPlainUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s?#\\]+$/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

/** The `chart` input: an OCI reference, a URL, or the path of a directory or archive. */
export const chartAddress: Form<string> = textForm(
  'a reference `oci://HOST/PATH`, the `https://` URL of a repository, or the path of a directory or `.tgz`; without user, password or query, which belong into `registry-username` and `registry-password`',
  (text) => {
    if (text.toLowerCase().startsWith('oci:')) return text.startsWith('oci://') && OCI.test(text);
    return SCHEME.test(text) ? isPlainUrl(text) : NAME.test(text) || PATH.test(text);
  },
);

/** A mirror of a download site. */
export const mirrorAddress: Form<string> = textForm(
  "an `https://` URL without user, password and query; a mirror that asks for them can't be used: install the tool in an earlier step and set its version to `path`",
  isPlainUrl,
);

/** 127.0.0.0/8, ::1 and localhost: what goes there does not leave the machine. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether the text is an `http://` URL to another machine: who stands between may hand out something else. */
export function isOpenHttp(text: string): boolean {
  const url = text.trim();
  return url.startsWith('http://') && URL.canParse(url) && !isLoopback(new URL(url).hostname);
}

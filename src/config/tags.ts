/** Tags of the user, as IAM and EKS take them beside this action's own. */
import { type Form, pairs } from './forms.ts';

/** AWS allows 50 on a resource; two are this action's. */
const MOST = 48;
/** What IAM and EKS both take (IAM API, `Tag`; EKS API, `TagResource`). `aws:` is AWS's own, in any case and in values too. */
const KEY = /^(?!aws:)[\p{L}\p{N}\p{Z}_.:/=+@-]{1,128}$/iu;
const VALUE = /^(?!aws:)[\p{L}\p{N}\p{Z}_.:/=+@-]{0,256}$/iu;
/** The keys of this action's marks. IAM compares keys without case, so another spelling would overwrite a mark. */
const OURS = /^(managed-by$|spaces-workload-identity:)/i;

const FORMS =
  "`key=value` of letters, digits, blanks and `_.:/=+-@`, key up to 128, value up to 256 characters, without `aws:` in front and without this action's own keys";

/** The tags; keys that differ in case only, and more of them than AWS takes, are refused. */
export const tagPairs: Form<Readonly<Record<string, string>>> = pairs(
  { test: (key) => KEY.test(key) && !OURS.test(key) },
  VALUE,
  FORMS,
).superRefine((tags, context) => {
  const keys = Object.keys(tags);
  if (keys.length > MOST)
    context.addIssue({ code: 'custom', message: `up to ${MOST} tags (not ${keys.length})` });
  for (const same of Map.groupBy(keys, (key) => key.toLowerCase()).values()) {
    if (same.length > 1) {
      const spellings = same.map((key) => `\`${key}\``).join(' and ');
      context.addIssue({
        code: 'custom',
        message: `keys that differ not in case alone (${spellings} are one key to IAM)`,
      });
    }
  }
});

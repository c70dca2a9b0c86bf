/** Replaces secrets by `***`, with the spellings that GitHub's runner also knows. */
export class Masker {
  private readonly spellings = new Set<string>();

  constructor(secrets: readonly string[]) {
    for (const secret of secrets) this.add(secret);
  }

  /** Each line of a secret is a secret of its own; blank ones are none. */
  add(secret: string): void {
    for (const line of [secret, ...secret.split(/\r?\n/)]) {
      if (line.trim() === '') continue;
      for (const spelling of spellingsOf(line)) this.spellings.add(spelling);
    }
  }

  mask(text: string): string {
    const longestFirst = [...this.spellings].toSorted((one, other) => other.length - one.length);
    return longestFirst.reduce((masked, spelling) => masked.replaceAll(spelling, '***'), text);
  }
}

function spellingsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, json, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
}

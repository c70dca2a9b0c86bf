/** The commands in a step's log: masks, annotations, groups. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** A line of the form `::name key=value,...::text`. */
interface Command {
  readonly name: string;
  readonly properties: Record<string, string>;
  readonly text: string;
}

const pattern = /^\s*::([\w-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/;

/** Reads a step's log line by line: annotations, masks and stopped commands as the runner takes them. */
export class WorkflowCommands {
  readonly annotations: Annotation[] = [];
  /** What `::add-mask::` named so far. */
  readonly masks: string[] = [];
  readonly debug: string[] = [];
  private stopToken: string | undefined;

  /** What the log shows for this line; nothing for a command that isn't shown. */
  take(line: string): string | undefined {
    const command = parseCommand(line);
    if (this.stopToken !== undefined) {
      if (command?.name === this.stopToken) this.stopToken = undefined;
      return line;
    }
    if (!command) return line;
    switch (command.name) {
      case 'add-mask':
        this.masks.push(command.text);
        return undefined;
      case 'stop-commands':
        this.stopToken = command.text;
        return undefined;
      case 'error':
      case 'warning':
      case 'notice':
        this.annotations.push({ level: command.name, message: command.text, properties: command.properties });
        return `${command.name[0]?.toUpperCase()}${command.name.slice(1)}: ${command.text}`;
      case 'group':
        return `▼ ${command.text}`;
      case 'endgroup':
        return undefined;
      case 'debug':
        this.debug.push(command.text);
        return undefined;
      default:
        return line;
    }
  }
}

function parseCommand(line: string): Command | undefined {
  const [, name, properties = '', text = ''] = pattern.exec(line) ?? [];
  if (name === undefined) return undefined;
  const parsed: Record<string, string> = {};
  for (const pair of properties.split(',')) {
    const equals = pair.indexOf('=');
    if (equals > 0) parsed[pair.slice(0, equals).trim()] = unescapeProperty(pair.slice(equals + 1));
  }
  return { name, properties: parsed, text: unescapeData(text) };
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}

/** An error answer of a service: its code on the wire (without the SDK's suffix where AWS has none), text and HTTP status. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error's shape, for instance clusterName. */
  readonly members: Record<string, unknown>;

  constructor(code: string, message: string, status = 400, members: Record<string, unknown> = {}) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

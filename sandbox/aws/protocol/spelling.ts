/** Errors as each protocol spells them. */
import { ServiceError } from '../errors.ts';
import { protocols, type ServiceName } from '../services.ts';

/** Errors common to all services: the JSON services spell them otherwise than IAM and STS. */
const jsonSpelling: Record<string, string> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  InvalidAction: 'UnknownOperationException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  ServiceFailure: 'InternalFailure',
  SignatureDoesNotMatch: 'InvalidSignatureException',
  Throttling: 'ThrottlingException',
  ValidationError: 'ValidationException',
};

/** The error as the service in question puts it on the wire. */
export function spellError(service: ServiceName, error: ServiceError): ServiceError {
  const protocol = protocols[service];
  const code = protocol === 'query' ? undefined : jsonSpelling[error.code];
  if (code === undefined) return error;
  if (protocol === 'json-target') return new ServiceError(code, error.message, 400, error.members);
  if (code === 'ValidationException')
    return new ServiceError('InvalidParameterException', error.message, 400, error.members);
  if (code === 'ThrottlingException') return new ServiceError(code, error.message, 429, error.members);
  // The EKS Auth model gives its access error status 400, EKS gives it 403.
  const status = service === 'eks-auth' && code === 'AccessDeniedException' ? 400 : error.status;
  return new ServiceError(code, error.message, status, error.members);
}

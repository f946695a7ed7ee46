// The service's error codes in one place: each code's HTTP status and message, and the exception the
// rest of the emulator throws. Nothing else decides a status for a code.

/** Extra elements a service error carries in its XML body, such as `HeaderName`. */
export type ErrorDetails = Readonly<Record<string, string>>;

const codes = {
  AccountIsDisabled: [403, "The specified account is disabled."],
  AuthenticationFailed: [
    403,
    "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
  ],
  AuthorizationFailure: [403, "This request is not authorized to perform this operation."],
  AuthorizationPermissionMismatch: [
    403,
    "This request is not authorized to perform this operation using this permission.",
  ],
  AuthorizationProtocolMismatch: [403, "This request is not authorized to perform this operation using this protocol."],
  AuthorizationResourceTypeMismatch: [
    403,
    "This request is not authorized to perform this operation using this resource type.",
  ],
  AuthorizationServiceMismatch: [403, "This request is not authorized to perform this operation using this service."],
  AuthorizationSourceIPMismatch: [
    403,
    "This request is not authorized to perform this operation using this source IP.",
  ],
  CannotConvertToSddlDueToCustomAce: [400, "The permission holds an access control entry that SDDL cannot express."],
  CannotDeleteFileOrDirectory: [409, "The file or directory cannot be deleted."],
  CannotVerifyCopySource: [404, "Could not verify the copy source."],
  ClientCacheFlushDelay: [500, "The client cache could not be flushed in time."],
  ConditionNotMet: [412, "The condition specified using HTTP conditional header(s) is not met."],
  ConditionHeadersNotSupported: [400, "Condition headers are not supported."],
  DeleteShareWhenSnapshotLeased: [409, "The share cannot be deleted because a share snapshot has an active lease."],
  ContainerQuotaDowngradeNotAllowed: [
    409,
    "Cannot downgrade the quota at this moment. The share's properties tell when it is allowed again.",
  ],
  CopyIdMismatch: [409, "The specified copy ID did not match the copy ID for the pending copy operation."],
  CorsPreflightFailure: [403, "CORS is not enabled or no matching rule was found for this request."],
  DeletePending: [409, "The specified resource is marked for deletion by an SMB client."],
  DirectoryNotEmpty: [409, "The specified directory is not empty."],
  EmptyMetadataKey: [400, "The key for one of the metadata key-value pairs is empty."],
  FileGenerationMismatch: [409, "The file was created again after the previous snapshot was taken."],
  FileOAuthManagementApiRestrictedToSrp: [
    403,
    "This API does not support bearer tokens. For OAuth, use the Storage Resource Provider APIs instead. Learn more: https://aka.ms/azurefiles/restapi.",
  ],
  FileLockConflict: [409, "A portion of the specified file is locked by an SMB client."],
  FileInvalidPermission: [400, "The specified file permission is not valid."],
  FileInvalidPermissionKey: [400, "The specified file permission key does not exist in the share."],
  FileShareProvisionedBandwidthDowngradeNotAllowed: [
    409,
    "Cannot lower the provisioned bandwidth at this moment. The share's properties tell when it is allowed again.",
  ],
  FileShareProvisionedIopsDowngradeNotAllowed: [
    409,
    "Cannot lower the provisioned IOPS at this moment. The share's properties tell when it is allowed again.",
  ],
  InternalError: [500, "The server encountered an internal error. Please retry the request."],
  InvalidAuthenticationInfo: [
    401,
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
  ],
  InvalidFileOrDirectoryPathName: [400, "The file or directory path name is not valid."],
  InvalidHeaderValue: [400, "The value for one of the HTTP headers is not in the correct format."],
  InvalidHttpVerb: [400, "The HTTP verb specified is invalid."],
  InvalidInput: [400, "One of the request inputs is not valid."],
  InvalidMd5: [400, "The MD5 value specified in the request is invalid."],
  InvalidMetadata: [400, "The metadata specified is invalid. It has characters that are not permitted."],
  InvalidQueryParameterValue: [400, "Value for one of the query parameters specified in the request URI is invalid."],
  InvalidRange: [416, "The range specified is invalid for the current size of the resource."],
  InvalidResourceName: [400, "The specified resource name contains invalid characters."],
  InvalidUri: [400, "The requested URI does not represent any resource on the server."],
  InvalidXmlDocument: [400, "XML specified is not syntactically valid."],
  InvalidXmlNodeValue: [400, "The value for one of the XML nodes is not in the correct format."],
  LeaseAlreadyBroken: [409, "The lease has already been broken and cannot be broken again."],
  LeaseAlreadyPresent: [409, "There is already a lease present."],
  LeaseIdMismatchWithFileOperation: [412, "The lease ID specified did not match the lease ID for the file."],
  LeaseIdMismatchWithLeaseOperation: [409, "The lease ID specified did not match the lease ID for the file or share."],
  LeaseIdMismatchWithShareOperation: [412, "The lease ID specified did not match the lease ID for the share."],
  LeaseIdMissing: [412, "There is currently a lease on the resource and no lease ID was specified in the request."],
  LeaseIsBreakingAndCannotBeAcquired: [
    409,
    "There is already a breaking lease, and it cannot be acquired until it is broken.",
  ],
  LeaseIsBreakingAndCannotBeChanged: [409, "The lease is breaking and cannot be changed."],
  LeaseIsBrokenAndCannotBeRenewed: [409, "The lease has been broken explicitly and cannot be renewed."],
  LeaseLost: [412, "A lease ID was specified, but the lease for the resource has expired."],
  LeaseNotPresentWithFileOperation: [412, "There is currently no lease on the file."],
  LeaseNotPresentWithLeaseOperation: [409, "There is currently no lease on the file or share."],
  LeaseNotPresentWithShareOperation: [412, "There is currently no lease on the share."],
  Md5Mismatch: [400, "The MD5 value specified in the request did not match the MD5 value calculated by the server."],
  Crc64Mismatch: [
    400,
    "The CRC64 value specified in the request did not match the CRC64 value calculated by the server.",
  ],
  MetadataTooLarge: [400, "The size of the specified metadata exceeds the maximum size permitted."],
  MissingContentLengthHeader: [411, "The Content-Length header was not specified."],
  MissingRequiredHeader: [400, "An HTTP header that is mandatory for this request is not specified."],
  MissingRequiredQueryParameter: [400, "A query parameter that is mandatory for this request is not specified."],
  MissingRequiredXmlNode: [400, "A required XML node was not specified in the request body."],
  NoAuthenticationInformation: [
    401,
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
  ],
  NoPendingCopyOperation: [409, "There is currently no pending copy operation."],
  OutOfRangeInput: [400, "One of the request inputs is out of range."],
  OutOfRangeQueryParameterValue: [
    400,
    "A query parameter specified in the request URI is outside the permissible range.",
  ],
  OperationTimedOut: [500, "The operation could not be completed within the permitted time."],
  PendingCopyOperation: [409, "There is currently a pending copy operation."],
  ParentNotFound: [404, "The specified parent path does not exist."],
  PreviousSnapshotCannotBeNewer: [
    400,
    "The previous snapshot cannot be newer than the snapshot or share it is compared with.",
  ],
  PreviousSnapshotNotFound: [409, "The previous snapshot is not found."],
  ReadOnlyAttribute: [409, "The specified resource is read-only and cannot be modified at this time."],
  RequestBodyTooLarge: [413, "The request body is too large and exceeds the maximum permissible limit."],
  ResourceAlreadyExists: [409, "The specified resource already exists."],
  ResourceNotFound: [404, "The specified resource does not exist."],
  ResourceTypeMismatch: [409, "The specified resource type does not match the type of the existing resource."],
  ServerBusy: [503, "The server is currently unable to receive requests. Please retry your request."],
  ShareAlreadyExists: [409, "The specified share already exists."],
  ShareBeingDeleted: [409, "The specified share is being deleted. Try operation later."],
  ShareDisabled: [403, "The share is disabled by the administrator."],
  ShareHasSnapshots: [409, "The share has snapshots and the operation requires no snapshots."],
  ShareNotFound: [404, "The specified share does not exist."],
  ShareSizeLimitReached: [403, "The share has reached its size limit."],
  ShareSnapshotCountExceeded: [409, "The total number of snapshots for the share is over the limit."],
  ShareSnapshotNotFound: [404, "The specified share snapshot does not exist."],
  ShareSnapshotOperationNotSupported: [400, "The specified operation is not supported on a share snapshot."],
  ShareSnapshotInProgress: [409, "Another share snapshot operation is in progress."],
  SharingViolation: [409, "The specified resource may be in use by an SMB client or would become part of itself."],
  UnsupportedHeader: [400, "One of the HTTP headers specified in the request is not supported."],
  UnsupportedXmlNode: [400, "One of the XML nodes specified in the request body is not supported."],
  UnsupportedHttpVerb: [405, "The resource doesn't support the specified HTTP verb."],
  UnsupportedQueryParameter: [400, "One of the query parameters specified in the request URI is not supported."],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** A code the emulator itself can answer with. */
export type ErrorCode = keyof typeof codes;

/** The HTTP status and message the service gives a code; undefined for a code this table lacks. */
export function describeCode(code: string): { status: number; message: string } | undefined {
  const found = (codes as Record<string, readonly [number, string]>)[code];
  return found && { status: found[0], message: found[1] };
}

/** Thrown anywhere in the emulator to answer a request with a service error. */
export class StorageError extends Error {
  readonly status: number;
  override readonly name = "StorageError";

  /**
   * `details` become elements of the XML body; `headers` are added to the response. A code brings its
   * own status and message, unless it has several and one is given.
   */
  constructor(
    readonly code: ErrorCode,
    readonly details: ErrorDetails = {},
    readonly headers: Readonly<Record<string, string>> = {},
    status: number = codes[code][0],
    message: string = codes[code][1],
  ) {
    super(message);
    this.status = status;
  }
}

/** A header whose value the service cannot accept. */
export function invalidHeader(name: string, value: string): StorageError {
  return new StorageError("InvalidHeaderValue", { HeaderName: name, HeaderValue: value });
}

/** A query parameter whose value the service cannot accept. */
export function invalidQuery(name: string, value: string): StorageError {
  return new StorageError("InvalidQueryParameterValue", {
    QueryParameterName: name,
    QueryParameterValue: value,
  });
}

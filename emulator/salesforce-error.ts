/** Carries a fault to the client in Salesforce's own shape: HTTP status, errorCode and message. */

export class SalesforceError extends Error {
  readonly status: number;
  readonly errorCode: string;
  readonly fields: string[] | null;

  constructor(status: number, errorCode: string, message: string, fields: string[] | null = null) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.fields = fields;
  }

  /** Salesforce always answers a list, even of one. */
  body(): { message: string; errorCode: string; fields?: string[] }[] {
    return [
      { message: this.message, errorCode: this.errorCode, ...(this.fields === null ? {} : { fields: this.fields }) },
    ];
  }
}

export function notFound(message = 'The requested resource does not exist'): SalesforceError {
  return new SalesforceError(404, 'NOT_FOUND', message);
}

export function jsonFault(message: string): SalesforceError {
  return new SalesforceError(400, 'JSON_PARSER_ERROR', message);
}

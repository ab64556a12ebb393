/** Carries an OAuth fault in OAuth's own shape: 400 `{error, error_description}`. */

export class OAuthError extends Error {
  readonly error: string;

  constructor(error: string, description: string) {
    super(description);
    this.error = error;
  }
}

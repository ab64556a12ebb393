/** package.json becomes the one version number, which the command line, the API and the image show. */
import description from '../../package.json' with { type: 'json' };

export const { version } = description;

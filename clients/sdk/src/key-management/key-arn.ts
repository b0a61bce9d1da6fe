/** `arn:aws:kms:REGION:ACCOUNT:key/ID`, in any partition: the form of a key's ARN, no alias. */
const pattern = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,128}$/;

/** Whether a text has the form of a key's ARN. The key server decides. */
export const isKeyArn = (text: string): boolean => pattern.test(text);

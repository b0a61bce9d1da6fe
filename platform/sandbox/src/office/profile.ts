/** One setting of LibreOffice's registry. */
const setting = (path: string, name: string, value: string) =>
  `<item oor:path="/org.openoffice.${path}"><prop oor:name="${name}" oor:op="fuse"><value>${value}</value></prop></item>`;

/**
 * The user profile of every conversion, `registrymodifications.xcu`: no macro runs, signed or not; no link is followed
 * or updated; nothing is looked up or reported. The sandbox would stop what these settings forbid; they forbid it first.
 */
export const profile = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
${[
  setting('Office.Common/Security/Scripting', 'MacroSecurityLevel', '3'),
  setting('Office.Common/Security/Scripting', 'DisableMacrosExecution', 'true'),
  setting('Office.Common/Security/Scripting', 'BlockUntrustedRefererLinks', 'true'),
  // Writer counts from never (0), Calc has never at 1.
  setting('Office.Writer/Content/Update', 'Link', '0'),
  setting('Office.Calc/Content/Update', 'Link', '1'),
  setting('Office.Java/VirtualMachine', 'Enable', 'false'),
  setting('Office.Common/Misc', 'CrashReport', 'false'),
].join('\n')}
</oor:items>
`;

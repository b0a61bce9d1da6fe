import { docx, openDocument } from './documents.ts';

const spaces = 'xmlns:library="http://openoffice.org/2000/library" xmlns:script="http://openoffice.org/2000/script"';
const basic = `Sub Main
 Open "/work/ran" For Output As #1
 Print #1, "THE MACRO RAN"
 Close #1
 ThisComponent.getText().setString("THE MACRO RAN")
 StarDesktop.terminate()
End Sub
`;

/** A text document whose Basic macro is bound to opening it, or is in it unbound. */
export function macroDocument(text: string, bound: boolean): Buffer {
  const listener = `<script:event-listener script:language="ooo:script" script:event-name="dom:load" xlink:href="vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document" xlink:type="simple"/>`;
  return openDocument(
    'text',
    `<text:p>${text}</text:p>`,
    bound ? `<office:scripts><office:event-listeners>${listener}</office:event-listeners></office:scripts>` : '',
    [
      {
        name: 'Basic/script-lc.xml',
        content: `<?xml version="1.0"?><library:libraries ${spaces}><library:library library:name="Standard" library:link="false"/></library:libraries>`,
      },
      {
        name: 'Basic/Standard/script-lb.xml',
        content: `<?xml version="1.0"?><library:library ${spaces} library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Module1"/></library:library>`,
      },
      {
        name: 'Basic/Standard/Module1.xml',
        content: `<?xml version="1.0"?><script:module ${spaces} script:name="Module1" script:language="StarBasic">${basic}</script:module>`,
      },
    ],
  );
}

/** A profile in which every macro runs. */
export const macrosAllowed = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item></oor:items>`;

/** A Word document with a picture that is elsewhere. */
export const linkedImage = (url: string): Buffer =>
  docx(
    ['a picture'],
    `<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:extent cx="1000000" cy="1000000"/><wp:docPr id="1" name="p"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="0" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="picture"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1000000" cy="1000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
    [{ id: 'picture', type: 'image', target: url, external: true }],
  );

"""Signs requests with botocore.

Input, as JSON: {"accessKeyId", "secretAccessKey", "region", "requests": [{"url", "method", "headers", "body"}]}.
Output, as JSON: the headers of each, as sent.
"""

import json
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def main():
    given = json.load(sys.stdin)
    signer = SigV4Auth(Credentials(given["accessKeyId"], given["secretAccessKey"]), "kms", given["region"])
    signed = []
    for each in given["requests"]:
        request = AWSRequest(method=each["method"], url=each["url"], data=each["body"].encode(), headers=each["headers"])
        signer.add_auth(request)
        signed.append(dict(request.headers.items()))
    json.dump(signed, sys.stdout)


main()

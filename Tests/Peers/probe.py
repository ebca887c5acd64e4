"""Calls one operation with boto3 and without retries, and prints the error code it got, or `ok`.

    probe.py SERVICE OPERATION [JSON of the parameters]
"""

import json
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

client = boto3.client(sys.argv[1], region_name=os.environ["AWS_REGION"], config=Config(retries={"max_attempts": 0}))
try:
    getattr(client, sys.argv[2])(**json.loads(sys.argv[3] if len(sys.argv) > 3 else "{}"))
    print("ok")
except ClientError as error:
    print(error.response["Error"]["Code"])
except BotoCoreError as error:
    print(type(error).__name__)

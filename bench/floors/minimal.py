"""The least client of Chat Completions that httpx2 and msgspec make: one question, streamed.

`python minimal.py URL PROMPT`. It is asynchronous, as any client is that can be interrupted.
"""

import asyncio
import sys

import httpx2
import msgspec


async def main(url: str, prompt: str) -> None:
    decode = msgspec.json.Decoder().decode
    body = msgspec.json.encode(
        {"model": "m", "stream": True, "messages": [{"role": "user", "content": prompt}]}
    )
    headers = {"authorization": "Bearer none", "content-type": "application/json"}
    async with (
        httpx2.AsyncClient(verify=False, trust_env=False, timeout=60) as client,
        client.stream("POST", url, content=body, headers=headers) as reply,
    ):
        async for line in reply.aiter_lines():
            if line.startswith("data: ") and line != "data: [DONE]":
                for choice in decode(line[6:])["choices"]:
                    if text := choice["delta"].get("content"):
                        sys.stdout.write(text)


asyncio.run(main(*sys.argv[1:]))

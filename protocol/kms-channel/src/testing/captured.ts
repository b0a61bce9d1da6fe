/**
 * The published protocol on the wire, captured from node-kms 0.4.1 and the SDK 3.12.0 (kms.md §1.4, §4).
 * Every key here is a public throw-away vector, never a real key.
 */
export const staticJwk = {
  kty: 'RSA',
  n: 's6zLg6Ev7juIziUKwqEw0G5OosnPg1Ao5cQVkulGdsvFllI2_Aoa5E3OQpuw1yfQ3IfEh6k_nsLryseKJKxjZ_VfTglwF5rd3HqtDUWd1NJfb1w5ETYEqh3_4TqDqDjc4lLW3q04a3UkdI1LjMdg_1YdeGNvZg6ifP2lDXP1ywSPLhm2BXDCR2S30uv7HfGaI8784ngEwPVXXKay3yDGgP_jW1gzw_-otFWghjmTlcsH9OQ6k1gR2M0vRkBY1HWeTXB_3KS14cqdYDzKYBoY3fEThoSsMRveM87QxrrBm379wqDC71TRsRIQm53dtgmXJbDP5RhWnJF5IYgpW0ollw',
  e: 'AQAB',
  d: 'GBVayB-EbbHkMgGMEi-J-_41IyPa4VaOzNF-NM146PaCWxZVEW6HUT_OnGYDC6vmFpFKOgbpJK4q7ejWLvk-b9JXfn3MXRWglGuLI6LHt52lNieN7K0pbeYMhNOTjypkDSAedgWQ8PJoOwkvbcTRzxfrZlYpuevPQuK6y3VWJmqR7CKCjiP4g9oSK9v3ts59C_VIb9QDlcLBSX7M8EWupXZbp4MooeUDsizxxHk09wFtQiXihJXwmjWGB4WZTtX9PsqCEGLdZKs6uA-2hZbl63hDKJP-AZ9b3pBogvmOXdDTXsV_b1X-iX5ZdQ7SHSh_9JhB92F8JOxVB-dT__u3MQ',
  p: '5If-LuY9xOOdJaIWx2631Z0NBcMWP2H6kRSSCOZbi6MQAPnBO1Bbs4ilzHYaljzfnitZpQZ8yuosm4-xm-3kplQI19-EZ7DW7KzNljvJlmseKuOxKX8yXjg4tpwU7nrF68vn3MyuBHqynqDR6igYvlZIfTDQbBN-7Fkey8Mz4BE',
  q: 'yUV5TVBYyGKcg0HkPLXoa-CUOsmh3zKWB0aqLh14uCjnw8kfe617yFCxgXYxRzd7ZbhBfZid3nA0XWt4BsczWMqJa_V2v2wi3_JTSHH3YLSmn5TCvJjlvaZlPjgNHAQsKXqNECJY_ttHCkAlqSepraIZhUqGcKpPU9FGYhZl0yc',
  dp: 'ecLTdV2LL6ougmyYQm4FWLUyyQ0mf2LOxBn3rPI_eGjLEBoCEH5CPafi3stWYxHP-1ARlVGdj-exGLk44mGf39cKVypqO20HNlbjutXkFFbCXguuyvNQfM7ruK_0nxOe_IFJ6mTLmutc3BPHhEEU3eTO_pTRl6PTjk31kI9SxmE',
  dq: 'XlN65-rx0Oe2JiWpS3KNPJGBppN8k1fny_0oIHibbONuyujlIldJnbWDmwLDUXcFE8TonG37_pVjVSzakYKl48T35mqhflC1f3LX6SnQH7hKJpvXMAAQG3NyG1i1fB3QfJf8qEUQpFAr2Pf7Lm1yLfe8MiWdIAwRJVz8uVd53R0',
  qi: 'hpkhqAotEifVJ1RY9B_OJ4JdJBIfXzk7Ay0aLIuDBZWjI80QJlX6QelX35S2AA_VtlalIyGN_h0QAES5_aU2gBcQvd5tfBOsv_VciKO0ZlTpLeFO45eLY9JzhiKqkgG0WCZ0_Gpeh3Bu9st1eEZaI2qlTbd8PnXC7UUZMAwxmok',
};

export const clientJwk = {
  kty: 'EC',
  kid: 'W0WdbDstqJsa18k40QBiYjXzGthKTPSOeNO3eN0beNw',
  crv: 'P-256',
  x: '3CNUA2L0n6NxIqCzlHid1bb7lK5WaCH3eF7f4nwTdrI',
  y: 'bZoKgyhj8BJCCg5Dn9yAg0ZTXM2DKV_my3ZhXFXKTHI',
  d: 'M1VbCjDUz0ZUBKiOfRRE7FmX6us1ek-w9cxXhwfp5q0',
};

export const channelKey = 'QJuh4LqQzm6qzR7yEmjEzOnLaXuQnvpXKgAunlcYy8A';

export const handshakeRequest = {
  wire: 'eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAiLCJraWQiOiJrbXM6Ly9rbXMucmVhbG0uZXhhbXBsZSJ9.dkfdUwnDpWNulkP_Km8c3eRTm_UEOYoXG259csjA1H8lEkn-ikJHuzfcaxsA42rqyBq3iJ4HnvXjlb6Dewr9zF1y66TxHGFB-XzkdiNshUW0cckJy3fZZMv9OD-EUW-msZ2InTfQPrrYkMKrz4S6zyiDBeL57jU5Q7Lbmgis4wnb_C470NoHigrlUtP03lRtCUYBX5hkZozOS3jba9b_NNvo7r0aBdN1mdxJK323Ou8nPTXKZNW9XJC1JJUDEkd9XCXSL-X-rKTx8pjpGhfyGIUwFLPGFnCX3-TqdVwIJZLsCiAh7KIZIoD31UHncpNzlPcbwe98Zs8qsHI2oAGiwg.FIAJa2RO0dAGc3R_._oFBe3uF7ctpIMJ_seyro8H0f_vIcU2EEYJEmZ_Bx8RZd0OkAjDZCMnSPapcRBqOGGfZEG3WBz8oOOLN7WvqqAsttAYCie0yUNPmsBhX96Nv0Ggnusv8mhU26Wx8aZWIw5WyTiVAR-avOb5Ea-Xm4AzgqWa_7en240hWKgq4JqOfYl-DXncHQnMlxBvDyKa1FjjxjIQAkFVJOA0KPSHMYtdsNJ5s7vnwHjPH0IysSvCs2ckqG5P_ajWN5s7DEn0-5JYUxuigqXoaPE1NW_5GwgfIskWAWe1bot6S4ZPben9PMINK4KJ4aWIr9E0aG2-O-h9D4cVham8Vz-FXiKkJ8Q0RzR-EV9K4TIwBF_cnxZ2pVU5gew7H0-jYDEr_hDmhaN24mrSJwXIahtBRfHCl_tXmpgdqQEmemUvNQMqwwB_GdFcQ_IinxUwCyF-wTWRVSD2qPnC87oPto357G6beLog0gk64VO8UX67rnmljYdWZLm8G13Al_t9mH-YUI0oPon2sHehumlfy-O-N5ndaruarr5glyokiTrX0XLdBvXalopEmAVqe1jxH8w.POGAFRajDwlP-6hdcvQoIA',
  plaintext:
    '{"method":"create","uri":"kms://kms.realm.example/ecdhe","jwk":{"kty":"EC","kid":"W0WdbDstqJsa18k40QBiYjXzGthKTPSOeNO3eN0beNw","crv":"P-256","x":"3CNUA2L0n6NxIqCzlHid1bb7lK5WaCH3eF7f4nwTdrI","y":"bZoKgyhj8BJCCg5Dn9yAg0ZTXM2DKV_my3ZhXFXKTHI"},"requestId":"82eb1563-7c8b-41e6-b8bd-2245fb96e148","client":{"clientId":"https://wdm.example/devices/1","credential":{"userId":"11111111-1111-4111-8111-111111111111","bearer":"TOKEN"}}}',
};

export const handshakeAnswer = {
  wire: 'eyJhbGciOiJQUzI1NiIsImtpZCI6ImttczovL2ttcy5yZWFsbS5leGFtcGxlIn0.eyJzdGF0dXMiOjIwMSwicmVxdWVzdElkIjoiODJlYjE1NjMtN2M4Yi00MWU2LWI4YmQtMjI0NWZiOTZlMTQ4Iiwia2V5Ijp7InVyaSI6ImttczovL2ttcy5yZWFsbS5leGFtcGxlL2VjZGhlLzQ5ODcwZDJiLTE3ZTktNGU5YS04ZWUxLWE0ZmQ0OGM1N2QyNCIsImp3ayI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IkNIdlI5aWxfSG5xUkwzemFqSkZ5azBKbDJsQ3hDWXZpNVA5S1A4QmdsdzQiLCJ5IjoiN0c4UWNfWWRqT0wtRnFzbTI3NDhGRlhRVGpWd0xWUEtMTVdMSFdFczI4USJ9LCJ1c2VySWQiOiIxMTExMTExMS0xMTExLTQxMTEtODExMS0xMTExMTExMTExMTEiLCJjbGllbnRJZCI6Imh0dHBzOi8vd2RtLmV4YW1wbGUvZGV2aWNlcy8xIiwiY3JlYXRlRGF0ZSI6IjIwMjYtMTEtMjFUMjA6MjE6MTAuMDk5WiIsImV4cGlyYXRpb25EYXRlIjoiMjAyNi0xMS0yMVQyMToyMToxMC4xMDBaIn19.apzCwwBQtfjegZD7s-KfWhSdzJ77QW6CvwFreS4l0g4DE8pJ42Qn44wl6-HQi178imxNXv-ldcCe95m9Fn4a8zr4J9HI05YDtgTv0-ewmHfyKb2HZ1doDtjbnVM1mhqGhWAf8kc-TcGooPSfKZC3cWXbSbjYrFHAdDjGx213F95FS9gwZ-DzXSXpXuR9hQG4O-sRLjrp6B6TQ0hpgVyIUvAiKm0JJcaX2asX1p_Rhnrc3jPyiTrIA4RPdrrBEz_3y0gNDX9a8j0WM74DW863NgqMaxRD8-J1HSI-ATEQDmLB3O1csMesTTD9rnmuEOScq9HsMWQUqqtIzNFnM6ijZQ',
  plaintext:
    '{"status":201,"requestId":"82eb1563-7c8b-41e6-b8bd-2245fb96e148","key":{"uri":"kms://kms.realm.example/ecdhe/49870d2b-17e9-4e9a-8ee1-a4fd48c57d24","jwk":{"kty":"EC","crv":"P-256","x":"CHvR9il_HnqRL3zajJFyk0Jl2lCxCYvi5P9KP8Bglw4","y":"7G8Qc_YdjOL-Fqsm2748FFXQTjVwLVPKLMWLHWEs28Q"},"userId":"11111111-1111-4111-8111-111111111111","clientId":"https://wdm.example/devices/1","createDate":"2026-11-21T20:21:10.099Z","expirationDate":"2026-11-21T21:21:10.100Z"}}',
};

export const keysRequest = {
  wire: 'eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIiwia2lkIjoia21zOi8va21zLnJlYWxtLmV4YW1wbGUvZWNkaGUvNDk4NzBkMmItMTdlOS00ZTlhLThlZTEtYTRmZDQ4YzU3ZDI0In0..yE5dbcXN8XTyXxhc.pWiAaZ3_Iszi3tU1-2jpxMS9Yta3lJPbJAYVWb8tZgAt5UztK2Ww0gR7EX8-xdy_3cuhCDMDdqR6maSSJPkfoqwzeqsfV9-5vmayx8n_OhH9SLSuVjncVQHPmFU5eSJE11QihKUiTNALHXIhlIvJ3bWRJHIXZ21PdpnCWK-nycBGxAXwZYddKIsledGc0aYfRAzLA_R565YTRLY14aWJCILe8R0_3XTlBvGChYTCWCXq9Z1jyoj3qscaRMfZu6Cz0Wkq5rJuW3QdnGIrvybspHOu-GFhC2g72nN_SVuyK9JCJKsA.QO3gKbM-I86haIeC5H88aQ',
  plaintext:
    '{"method":"create","uri":"/keys","count":2,"requestId":"acc8888f-e330-4258-b843-e40c5baef2cb","client":{"clientId":"https://wdm.example/devices/1","credential":{"userId":"11111111-1111-4111-8111-111111111111","bearer":"TOKEN"}}}',
};

export const keysResponse = {
  wire: 'eyJhbGciOiJkaXIiLCJraWQiOiJrbXM6Ly9rbXMucmVhbG0uZXhhbXBsZS9lY2RoZS80OTg3MGQyYi0xN2U5LTRlOWEtOGVlMS1hNGZkNDhjNTdkMjQiLCJlbmMiOiJBMjU2R0NNIn0..8nduYa0HtxNQXLnM.VaWr5BV3oUz1CwsZrz-DmFO7k4hjKdHwCtNvrFzgZkP2cspN3oTCkZNZbuO1NTjAB9JHHw3V23o8dtSZnUu9wMkZy6cvE8VDpgu-nUhXUdEh3reL_vWfcX2a1JdAvKbieGljmz3cbFdZN08-pYqLiXaf6CFSGtZX4tXV3G0o76EgmMmKCI7Ax5VKVV47ZwJDFD_0doY7B6cZ3mWp6sRr3d3DVPYFlEi6eyV-myu62DEgX0UzliZgowOGidfWYWVQzTdRWSxqkK5VFMFsDhylW9BacXdIywVLL5Sa8hhMOAqqjyGqXR8kK0yl2xZEQL9-INHw7lovEzcKXBzrpfRnbBXOQnzdDyXNtmaJUPOu1HOvwqzSovhHrhzQnhsfdbm-GAm5gmKzonjRycTR5Oj4LqdMlt_GxBmfsaU5TMCJx_gfrKhuxJcS6Rogtcu0LZUjDlGQtO9ff4uyIY-iWhvVPQpoga-mkN58aDF462Wdy4jAvt4EVPlVIHa8rs_EixWGF2DSwY7MGUXFbNoUpeDmq6iQ1JVpUVt8_BaxlReXe9tqtSFNQEl67wzaujIOZSTQ_fljYvFl_q90uvn1h5sU1HopgS_q9cVXUrmzC2vK-wqlFjht6XMg-PL1uDXK0I61Rldnfny6GuueLUMiZtUNAUEUn7ExIFJ6vtZJeiwR6POWH3SZ8H9nBc-mbzuSgeEUYodsQw-dR3oNCg0fUhG5PR3YR4nEG06LL4vxDIEu5xxGjGfE67NKmM7y-im-NgdhrA5vEYLmtm9hsKtzLP234rMMvZ6QvXiXgFiA80A0zesrrtmkf7nvVzT5v_2EYH4D7lOxYvb81IotnS4yWxEaN2tDsP4KwczBWlq0B9oiwgOaGgwYn0Sw5aTxUL1FmGSd8PrGAoimGc1p2QvSnexmW4QI1H_e9vh7k9piBV1HIuqmqe88pvkR65YBldjXekYWOZh8V3-z926JgwD7AohG3259vfHYyQo2XCA50uEmEGPTG3z26ii49bQ6Wo7y7dSO4F6q8Yhl_vxZnE0uV6YpELHO6YpoMCiJoeFtSDog_lgjsF2FbPBA4LVcUlJQYOKY7iLaYouqwBJhtvWjmrSVw6uJCr6kcv85R-K4EyUMemiZIAHbcDqZeUxThAUSv5cv.uroRICd45iZMwp-JApO2NA',
  plaintext:
    '{"status":201,"keys":[{"uri":"kms://kms.realm.example/keys/b0ff637e-e78c-4944-97d3-3692ac26f00b","jwk":{"kid":"kms://kms.realm.example/keys/b0ff637e-e78c-4944-97d3-3692ac26f00b","kty":"oct","k":"5eS8ujt_ggA1n-3Y0yV-lw31QYR0KHVN4r2zpOd5uGM"},"userId":"11111111-1111-4111-8111-111111111111","clientId":"https://wdm.example/devices/1","createDate":"2026-11-21T20:21:10.106Z","expirationDate":"2026-11-21T20:31:10.106Z"},{"uri":"kms://kms.realm.example/keys/4ceb0f93-81b4-4cf1-bf7c-6b93debc3790","jwk":{"kid":"kms://kms.realm.example/keys/4ceb0f93-81b4-4cf1-bf7c-6b93debc3790","kty":"oct","k":"AYdg4vA0CJCs6DeLOlEp1rGJqs9zgY1GoeTeTyKrzVs"},"userId":"11111111-1111-4111-8111-111111111111","clientId":"https://wdm.example/devices/1","createDate":"2026-11-21T20:21:10.106Z","expirationDate":"2026-11-21T20:31:10.106Z"}],"requestId":"acc8888f-e330-4258-b843-e40c5baef2cb"}',
};

/** `kmsMessage`s as they travelled inside conversation requests, opened; `client` was not kept. */
export const embedded = [
  {
    request:
      '{"method":"create","uri":"/resources","userIds":["11111111-1111-4111-8111-111111111111","22222222-2222-4222-8222-222222222222","33333333-3333-4333-8333-333333333333"],"keyUris":["kms://kms.realm.example/keys/818790f5-e9d5-4f81-866e-7defd5c31567"],"requestId":"49b6f936-8f6d-4b63-b42f-fa61c0c4028b","client":"\\u2026"}',
    response:
      '{"status":201,"resource":{"uri":"kms://kms.realm.example/resources/4ec723c5-eec8-4fbc-af24-04671d561119","authorizationUris":["kms://kms.realm.example/authorizations/88869f47-edfa-42f3-b124-15a68b5f5e39","kms://kms.realm.example/authorizations/673710a3-fde1-4782-a5ee-773db6de07bc","kms://kms.realm.example/authorizations/80f5d0b3-5b50-45ac-affa-33f035788c60"],"keyUris":["kms://kms.realm.example/keys/818790f5-e9d5-4f81-866e-7defd5c31567"]},"requestId":"49b6f936-8f6d-4b63-b42f-fa61c0c4028b"}',
  },
  {
    request:
      '{"method":"create","uri":"/authorizations","resourceUri":"kms://kms.realm.example/resources/4ec723c5-eec8-4fbc-af24-04671d561119","userIds":["44444444-4444-4444-8444-444444444444"],"requestId":"fa8a73a7-3174-44da-8b1c-c718bde7645f","client":"\\u2026"}',
    response:
      '{"status":201,"authorizations":[{"uri":"kms://kms.realm.example/authorizations/bd7328fb-bcba-4dca-b771-0ab59d29baae","authId":"44444444-4444-4444-8444-444444444444","resourceUri":"kms://kms.realm.example/resources/4ec723c5-eec8-4fbc-af24-04671d561119"}],"requestId":"fa8a73a7-3174-44da-8b1c-c718bde7645f"}',
  },
  {
    request:
      '{"method":"delete","uri":"kms://kms.realm.example/resources/4ec723c5-eec8-4fbc-af24-04671d561119/authorizations?authId=33333333-3333-4333-8333-333333333333","requestId":"bde6dac8-9871-424e-ba22-abc79a0747d7","client":"\\u2026"}',
    response:
      '{"status":200,"authorizations":[{"uri":"kms://kms.realm.example/authorizations/80f5d0b3-5b50-45ac-affa-33f035788c60","authId":"33333333-3333-4333-8333-333333333333","resourceUri":"kms://kms.realm.example/resources/4ec723c5-eec8-4fbc-af24-04671d561119"}],"requestId":"bde6dac8-9871-424e-ba22-abc79a0747d7"}',
  },
  {
    request:
      '{"method":"update","resourceUri":"kms://kms.realm.example/resources/4ec723c5-eec8-4fbc-af24-04671d561119","uri":"kms://kms.realm.example/keys/3d2a7a8e-e6d2-4854-88ef-571007591d77","requestId":"9bbb16ef-f01b-4c23-bcd5-27a3bd12f101","client":"\\u2026"}',
    response:
      '{"status":200,"key":{"uri":"kms://kms.realm.example/keys/3d2a7a8e-e6d2-4854-88ef-571007591d77","jwk":{"kid":"kms://kms.realm.example/keys/3d2a7a8e-e6d2-4854-88ef-571007591d77","kty":"oct","k":"6eQNCebwq7YOWjWbcoXMntcjmQvrGE8iXEh0-hF6R-I"},"userId":"11111111-1111-4111-8111-111111111111","clientId":"http://localhost:18090/wdm/api/v1/devices/94d8e203-a695-4fd6-85cb-b19ae0061082","createDate":"2026-11-21T20:21:11.672Z","expirationDate":"2026-11-21T20:31:11.673Z","resourceUri":"kms://kms.realm.example/resources/4ec723c5-eec8-4fbc-af24-04671d561119","bindDate":"2026-11-21T20:21:11.681Z"},"requestId":"9bbb16ef-f01b-4c23-bcd5-27a3bd12f101"}',
  },
];

/** node-kms's own known answer for the key agreement. */
export const agreement = {
  d: 'WhCpx09Cb8Ge5j07D4rVx_kPl7TyApHnnZuRX7eGsEc',
  x: 'jzs-vcNXzSPAtCmgchsQ2uqYcky43XokijoyTC6-FX0',
  y: 'QM4cPEYv0xS1oWtg19i0xjvn3nhY3rU9cklDfc1GR6M',
  theirX: 'eyDfB_DWmIcKjkLvBZUx-Z7W436DaikKQDpOCt7rFYQ',
  theirY: 'icbVIugK8rnSXRVERLRvoWZu1s4dzivMJa70pEYG6Fs',
  k: 'II4BqHTDSRBKp0QoMYXORF75-1xud9i5_BkZeXaAS3s',
};

import base64

import pytest

from kubedx.redact import MASK, mask_secrets

S = "Zx9-hunter2Q"  # stands for any password
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAabc\nq2w3e4\n-----END RSA PRIVATE KEY-----"

# (text, the secret in it)
PLANTED = [
    (f"password={S}", S),
    (f"PASSWORD: {S}", S),
    (f'{{"password": "{S}"}}', S),
    (f'{{\\"db_password\\":\\"{S}\\"}}', S),
    (f"DB_PASSWORD='two words {S}'", S),
    (f"user=app password={S} host=db sslmode=disable", S),
    (f"Server=db;Database=x;User Id=sa;Password={S};Encrypt=true", S),
    (f"- name: API_TOKEN\n  value: {S}", S),
    (f'[{{"name":"REDIS_PASSWORD","value":"{S}"}}]', S),
    (f"env:\n  - name: DB_PASS_PASSWORD\n    value: '{S}'\n", S),
    (f"postgres://app:{S}@db.shop:5432/cart?sslmode=require", S),
    ("postgres://app:p@ss/w0rd!@db.shop:5432/cart", "p@ss/w0rd!"),
    (f"amqp://:{S}@rabbit:5672/", S),
    ("https://ghs0123456789abcdefgh@git.example.com/x.git", "ghs0123456789abcdefgh"),
    (f"app:{S}@tcp(mysql:3306)/cart", S),
    (f"mongodb+srv://app:{S}@cluster0.example.net/?retryWrites=true", S),
    ("Authorization: Bearer abcdef0123456789", "abcdef0123456789"),
    ("authorization: Basic " + base64.b64encode(f"app:{S}".encode()).decode(), base64.b64encode(f"app:{S}".encode()).decode()),
    ("-H 'Authorization: token abcdef123456'", "abcdef123456"),
    ("sent header Bearer abc.def-ghi_jkl0", "abc.def-ghi_jkl0"),
    ("key AKIAIOSFODNN7EXAMPLE is denied", "AKIAIOSFODNN7EXAMPLE"),
    ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("found wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPL3K8Y in env", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPL3K8Y"),
    (f"got {JWT} from the issuer", JWT),
    (f"tls.key: {PEM}", "MIIEowIBAAKCAQEAabc"),
    ("-----BEGIN PRIVATE KEY-----\nMIIEcutoff", "MIIEcutoff"),
    ("-----BEGIN EC PRIVATE KEY-----\\nMHcCAQEE\\n-----END EC PRIVATE KEY-----", "MHcCAQEE"),
    ("ghp_0123456789abcdefghijklmnopqrstuvwxyz", "ghp_0123456789abcdefghijklmnopqrstuvwxyz"),
    ("github_pat_11ABCDEFG0abcdefghijkl_mnop", "github_pat_11ABCDEFG0abcdefghijkl_mnop"),
    ("glpat-abcdefghijklmnopqrst", "glpat-abcdefghijklmnopqrst"),
    ("xoxb-123456789012-abcdefGHIJ", "xoxb-123456789012-abcdefGHIJ"),
    ("sk_live_0123456789abcdef", "sk_live_0123456789abcdef"),
    ("sk-proj-abcdefghijklmnop1234", "sk-proj-abcdefghijklmnop1234"),
    ("AIzaSyA0123456789abcdefghijklmnopqrstuv", "AIzaSyA0123456789abcdefghijklmnopqrstuv"),
    ("hvs.CAESIJ0123456789abcdef", "hvs.CAESIJ0123456789abcdef"),
    ("npm_0123456789abcdefghijklmnopqrstuvwxyz", "npm_0123456789abcdefghijklmnopqrstuvwxyz"),
    (f"./migrate --password {S} --host db", S),
    (f'args: ["--db-password", "{S}"]', S),
    (f"args:\n- --api-token\n- {S}\n", S),
    (f"--token={S}", S),
    (f"mysql -u root -p{S} cart", S),
    (f"CREATE USER app IDENTIFIED BY '{S}'", S),
    (f"ALTER ROLE app WITH PASSWORD '{S}'", S),
    (f"https://hooks.example.com/x?api_key={S}&v=1", S),
    ("https://acct.blob.core.windows.net/c?sv=2022&sig=abcd%2Fefgh%3D", "abcd%2Fefgh%3D"),
    ("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abcdEFGH1234==;EndpointSuffix=x", "abcdEFGH1234=="),
    (f"password: |-\n  {S}\n", S),
    (f"invalid token: {S}", S),
    ("client_secret=abcdefgh", "abcdefgh"),
    ("token: deadbeefdeadbeef1 rejected", "deadbeefdeadbeef1"),
    ("the value Ab3dEf6hIj9lMn2pQr5tUv8xYz1BcD4e was sent", "Ab3dEf6hIj9lMn2pQr5tUv8xYz1BcD4e"),
    ("Set-Cookie: session=abcdef0123", "abcdef0123"),
]


@pytest.mark.parametrize(("text", "secret"), PLANTED)
def test_a_planted_secret_does_not_stay(text: str, secret: str) -> None:
    masked = mask_secrets(text)
    assert secret not in masked
    assert MASK in masked
    assert mask_secrets(masked) == masked


@pytest.mark.parametrize(("text", "secret"), PLANTED)
def test_it_does_not_stay_in_base64_either(text: str, secret: str) -> None:
    for encoded in (base64.b64encode(text.encode()).decode(), base64.b64encode(base64.b64encode(text.encode())).decode()):
        assert encoded not in mask_secrets(f"data: {encoded}")
        assert base64.b64encode(secret.encode()).decode()[4:12] not in mask_secrets(f"x {encoded} y")


@pytest.mark.parametrize(
    "text",
    [
        'MountVolume.SetUp failed for volume "db" : secret "db-creds" not found',
        "couldn't find key dsn in Secret shop/db",
        "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.docker.io/token: 401",
        "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope",
        "secretName: db\n",
        "valueFrom:\n  secretKeyRef:\n    name: db\n    key: password\n",
        '{"secretKeyRef":{"key":"password","name":"db"}}',
        "automountServiceAccountToken: false",
        "tokenExpirationSeconds: 3607",
        "--token-ttl=24h0m0s --tls-private-key-file=/etc/tls/tls.key",
        "password authentication failed for user app",
        "Access denied for user 'root'@'db' (using password: YES)",
        "PWD=/usr/src/app",
        "DB_PASSWORD_FILE=/run/secrets/db",
        "PASSWORD=$(DB_PASSWORD) TOKEN=${TOKEN}",
        "image nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "pod cart-6d5f7c9b8d-x2x4z uid 3f0c6f6e-2f9a-4b0e-8f51-0a4b1c7d9e11",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "max_tokens: 2048, tokens=512",
        "author: Bob",
        "Basic authentication is required",
        "http://cart:8080/path?email=a@b.example",
        "secret shop/db: no such key",
        'Couldn\'t get secret: secret="shop/db-creds" err="not found"',
        "Error: secret: not found",
        "/var/lib/kubelet/pods/3f0c6f6e/volumes/kubernetes.io~projected/kube-api-access-x2x4z",
    ],
)
def test_what_only_speaks_of_a_secret_stays(text: str) -> None:
    assert mask_secrets(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "password=" * 20_000,
        "password:" * 20_000,
        "eyJ" * 60_000,
        "-----BEGIN PRIVATE KEY-----" * 5_000,
        "://a:b" * 20_000,
        "--token " * 20_000,
        "name: token value" * 10_000,
        'token="' * 20_000,
        "A1b2" * 50_000,
        "\\" * 200_000,
        "mysql " * 30_000,
        "a.b-" * 50_000,
        "\x00\ud800" * 50_000,
        "token: |\n" + "  x\n" * 40_000,
    ],
)
def test_hostile_text_is_masked_in_bounded_time(text: str) -> None:
    assert isinstance(mask_secrets(text), str)

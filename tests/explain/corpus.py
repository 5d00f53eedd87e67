"""What must not leave: texts as logs, events and specs hold them, each with the parts that identify somebody or open something."""

import base64

B64 = base64.b64encode(b"zqadmin:Zqpw0rd!9").decode()
HEX32 = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
HEX40 = HEX32 + "deadbeef"
MIX20, MIX40 = "aB3dE5fG7hJ9kL1mN3pQ", "aB3dE5fG7hJ9kL1mN3pQrS5tU7vW9xY1zA3bC5dE"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ6cSIsInN1YiI6InpxIn0.c2lnbmF0dXJlLXpx"
UPPER = "ZQ7AB2CD3EF4GH5I"

# One a line: text ⇒ what must not stay of it (several with commas).
IDENTIFIERS = """
GET https://zqportal.corp.example/orders 502 ⇒ zqportal
dial tcp: lookup zqdb on 10.96.0.10:53: no such host ⇒ zqdb,10.96.0.10
dial tcp 172.20.31.44:5432: connect: connection refused ⇒ 172.20.31.44
dial tcp [fd12:3456:789a::42]:6379: i/o timeout ⇒ fd12:3456
read tcp 10.244.3.17:48212->192.168.88.9:9092: read: connection reset by peer ⇒ 10.244.3.17,192.168.88.9
lookup zqcache.zqspace.svc.cluster.local: no such host ⇒ zqcache,zqspace
upstream zqpay-v2.zqmoney.svc:8080 timed out ⇒ zqpay,zqmoney
Failed to pull image "registry.zqcorp.io/zqteam/zqapi:1.2.3": not found ⇒ zqcorp,zqteam,zqapi
Back-off pulling image "zqreg:5000/zqbuild/zqworker@sha256:0123456789abcdef" ⇒ zqreg,zqbuild,zqworker
pull access denied for zqorg/zqservice ⇒ zqorg
Successfully assigned zqns/zqpod-0 to zqnode-17 ⇒ zqnode
node "ip-10-20-30-40.eu-west-1.compute.internal" not ready ⇒ 10-20-30-40
host ip-172-16-5-6 is gone ⇒ 172-16-5-6
mail to zq.person@zqmail.co.uk bounced ⇒ zq.person,zqmail
arn:aws:iam::417738154227:role/zqrole is not authorized ⇒ 417738154227,zqrole
arn:aws:s3:::zqbucket-prod/key denied ⇒ zqbucket
s3://zqdata-lake/2024/part-0 not found ⇒ zqdata
gs://zqexports/daily denied ⇒ zqexports
417738154227.dkr.ecr.eu-west-1.amazonaws.com/zqimg:1 ⇒ 417738154227,zqimg
projects/zqproject-381/locations/x not found ⇒ zqproject
/subscriptions/11112222-3333-4444-5555-666677778888/resourceGroups/zqgroup ⇒ 11112222,zqgroup
postgres://zquser@zqpg.zqns/zq ⇒ zquser,zqpg
mysql: Access denied for user 'zqapp'@'10.9.8.7' (using password: YES) ⇒ zqapp,10.9.8.7
FATAL: password authentication failed for user "zqapp_rw" ⇒ zqapp_rw
FATAL: database "zqorders" does not exist ⇒ zqorders
role "zqowner" does not exist ⇒ zqowner
secret "zqcreds" not found ⇒ zqcreds
configmap "zqsettings" not found ⇒ zqsettings
MountVolume.SetUp failed for volume "zqvolume" : secret "zqmount-tls" not found ⇒ zqvolume,zqmount
persistentvolumeclaim "zqclaim-data" not found ⇒ zqclaim
serviceaccounts "zqrunner" is forbidden: User "system:serviceaccount:zqci:zqbot" cannot get ⇒ zqrunner,zqci,zqbot
exceeded quota: zqquota, requested: pods=1 ⇒ zqquota
ingress zqedge/zqsite: service "zqfront" not found ⇒ zqfront
priority class with name zqpriority not found ⇒ zqpriority
deployment.apps/zqdeploy restarted ⇒ zqdeploy
pod/zqworker-7d4b9c6f5-abcde evicted ⇒ zqworker
{"level":"error","service":"zqcheckout","host":"zqhost-3","msg":"boom"} ⇒ zqcheckout,zqhost
level=error app=zqbilling queue=zqinvoices msg="retry" ⇒ zqbilling,zqinvoices
connect to zqkafka-0.zqkafka:9092 failed ⇒ zqkafka
getaddrinfo ENOTFOUND zqredis ⇒ zqredis
UnknownHostException: zqldap ⇒ zqldap
could not translate host name "zqprimary" to address ⇒ zqprimary
http://zqinternal:8080/health returned 503 ⇒ zqinternal
https://zqgit.zqcorp/zq/repo.git not found ⇒ zqgit,zqcorp
ldap://dc1.zqcorp.local:389 unreachable ⇒ zqcorp
amqp://zqbroker.zqbus:5672 refused ⇒ zqbroker,zqbus
user=zqoperator logged in ⇒ zqoperator
username: "zqlogin" ⇒ zqlogin
/home/zqperson/.kube/config missing ⇒ zqperson
bridge 0a:58:0a:f4:01:1f is gone ⇒ 0a:58:0a:f4
uid 9f0c6f6e-2f9a-4b0e-8f51-0a4b1c7d9e11 mismatch ⇒ 9f0c6f6e
::ffff:10.77.1.2 refused ⇒ 10.77.1.2
https://zqacct.blob.core.windows.net/zqcontainer/x 404 ⇒ zqacct
https://zqname.s3.eu-central-1.amazonaws.com/x 403 ⇒ zqname
zqdb.c9akciq32.eu-west-1.rds.amazonaws.com:5432 timeout ⇒ zqdb
zqdb.postgres.database.azure.com refused ⇒ zqdb
zqsvc@zqproj.iam.gserviceaccount.com denied ⇒ zqsvc,zqproj
kafka topic "zqtopic-events" unknown ⇒ zqtopic
queue 'zqjobs' in vhost '/zqvhost' ⇒ zqjobs,zqvhost
proxy_pass http://zqbackend; host not found in upstream "zqbackend" ⇒ zqbackend
"zqtenant/zqapp" is not allowed ⇒ zqtenant,zqapp
secret zqns/zqtls has no key ⇒ zqtls
node zqworker-03 is not ready ⇒ zqworker
pod zqsched-0 of zqbatch-team ⇒ zqsched
10.1.2.3,10.1.2.4 are gone ⇒ 10.1.2.3,10.1.2.4
CN=zqcert.zqcorp.internal expired ⇒ zqcert,zqcorp
x509: certificate is valid for zqold.example.com, not zqnew.example.com ⇒ zqold,zqnew
tls: failed to verify: "zqissuer-ca" ⇒ zqissuer
server=zqsql;database=zqerp ⇒ zqsql,zqerp
env ZQCORP_BILLING_URL is not set ⇒ zqcorp
missing environment variable ZQTEAM2_DB_HOST ⇒ zqteam
annotation zqcorp.example/owner: zq.lead@zqmail.example ⇒ zqcorp,zq.lead,zqmail
prometheus.io/scrape-by: zqobserv ⇒ zqobserv
open /Users/zqalice/work/app.yaml: no such file ⇒ zqalice
open C:\\Users\\zqbob\\kube\\config: cannot be found ⇒ zqbob
File "/home/zqcarol/src/zqproj/main.py", line 3 ⇒ zqcarol,zqproj
clusters: - cluster: server: https://zqapi.zqcorp.example:6443 name: zqprod users: - name: zqadm ⇒ zqapi,zqcorp,zqprod,zqadm
current-context: zqprod-admin@zqprod ⇒ zqprod
account 417738154227 has no quota ⇒ 417738154227
AccountId: 417738154227, Region: x ⇒ 417738154227
assumed-role/zqrole on arn:aws:eks:eu-west-1:417738154227:cluster/zqcluster ⇒ 417738154227,zqcluster
ocid1.compartment.oc1..aaaaaaaazqzqzqzqabcdefghijklmnop is unknown ⇒ aaaaaaaazqzq
ocid1.instance.oc1.eu-frankfurt-1.aaaaaaaazqzqzqzqabcdefghijklmnop is gone ⇒ aaaaaaaazqzq
trace 9f8e7d6c5b4a439281706f5e4d3c2b1a failed ⇒ 9f8e7d6c5b4a
zqapi@sha256:9f8e7d6c5b4a439281706f5e4d3c2b1a9f8e7d6c5b4a439281706f5e4d3c2b1a ⇒ 9f8e7d6c5b4a
authority certificate "zqcorp Root CA 2031") ⇒ zqcorp
subject: CN=zqclient,OU=zqdept,O=Zqcorp Ltd,L=Zqtown ⇒ zqclient,zqdept,zqcorp,zqtown
spiffe://zqtrust.domain/ns/zqns/sa/zqsa ⇒ zqtrust,zqns,zqsa
Accepted publickey for zqroot from 203.0.113.77 port 51234 ⇒ zqroot,203.0.113.77
call +49 151 23456789 now ⇒ 23456789
card 4111 1111 1111 1111 declined ⇒ 4111 1111
IBAN DE89370400440532013000 rejected ⇒ 89370400
git@zqgit.example:zqteam/zqapp.git denied ⇒ zqgit,zqteam,zqapp
nfs: server zqnas.example path /exports/zqshare not responding ⇒ zqnas,zqshare
mount 10.20.30.40:/vol/zqvol failed ⇒ 10.20.30.40,zqvol
iqn.2004-10.com.zqcorp:zqtarget login failed ⇒ zqcorp,zqtarget
disk 0x5000c500a1b2c3d4 is gone ⇒ c500a1b2
fe80::1ff:fe23:4567:890a is unreachable ⇒ 4567:890a
dial tcp fd77:1:2::99: connection refused ⇒ fd77:1:2
Permission denied on '//container.googleapis.com/projects/zqproj-381/zones/z/clusters/zqgke' ⇒ zqproj,zqgke
"""

SECRETS = f"""
password=Zqpw0rd!9 ⇒ Zqpw0rd
PGPASSWORD=Zqpw0rd!9 psql ⇒ Zqpw0rd
postgres://app:Zqpw0rd9@db:5432/x ⇒ Zqpw0rd
mysql://root:Zqpw0rd9@10.0.0.5/x ⇒ Zqpw0rd
mongodb+srv://app:Zqpw0rd9@c0.zqmongo.example.net/x ⇒ Zqpw0rd,zqmongo
redis://:Zqpw0rd9@redis:6379/0 ⇒ Zqpw0rd
amqp://guest:Zqpw0rd9@rabbit:5672 ⇒ Zqpw0rd
app:Zqpw0rd9@tcp(mysql:3306)/x ⇒ Zqpw0rd
Server=db;User Id=sa;Password=Zqpw0rd9;Encrypt=true ⇒ Zqpw0rd
jdbc:sqlserver://db;user=sa;password=Zqpw0rd9 ⇒ Zqpw0rd
jdbc:oracle:thin:scott/Zqpw0rd9@db:1521 ⇒ Zqpw0rd
Authorization: Bearer {JWT} ⇒ {JWT[:30]}
Authorization: Basic {B64} ⇒ {B64[:10]}
authorization: token {MIX20} ⇒ {MIX20}
Cookie: session={MIX20}; theme=dark ⇒ {MIX20}
Set-Cookie: JSESSIONID={MIX20}; HttpOnly ⇒ {MIX20}
X-Api-Key: {MIX20} ⇒ {MIX20}
got {JWT} ⇒ {JWT[:30]}
AKIA{UPPER} is denied ⇒ AKIA{UPPER}
ASIA{UPPER} expired ⇒ ASIA{UPPER}
aws_secret_access_key={MIX40} ⇒ {MIX40}
aws_session_token={MIX40}{MIX40} ⇒ {MIX40}
AccountKey={MIX40}{MIX40}aBcDeF==;EndpointSuffix=x ⇒ {MIX40}
SharedAccessKey={MIX40}= ⇒ {MIX40}
https://a.blob.core.windows.net/c?sv=1&sig={MIX20}%3D ⇒ {MIX20}
aBc8Q~{MIX20}aB3dE5fG7hJ9k is rejected ⇒ {MIX20}
AIzaSy{MIX40} quota ⇒ {MIX40[:20]}
ya29.{MIX40} expired ⇒ {MIX40}
GOCSPX-{MIX20} ⇒ {MIX20}
"private_key": "-----BEGIN PRIVATE KEY-----\\nMIIEvZq{MIX20}\\n-----END PRIVATE KEY-----\\n" ⇒ {MIX20}
-----BEGIN OPENSSH PRIVATE KEY----- b3BlbnNzaZq{MIX20} ⇒ {MIX20}
-----BEGIN RSA PRIVATE KEY----- {MIX20} -----END RSA PRIVATE KEY----- ⇒ {MIX20}
ghp_{MIX40[:36]} ⇒ {MIX20}
gho_{MIX40[:36]} ⇒ {MIX20}
ghs_{MIX40[:36]} ⇒ {MIX20}
github_pat_11{MIX40} ⇒ {MIX20}
glpat-{MIX20} ⇒ {MIX20}
gldt-{MIX20} ⇒ {MIX20}
glrt-{MIX20} ⇒ {MIX20}
GR1348941{MIX20} ⇒ {MIX20}
xoxb-123456789012-{MIX20} ⇒ {MIX20}
xoxp-123456789012-{MIX20} ⇒ {MIX20}
xapp-1-{UPPER}-{MIX20} ⇒ {MIX20}
https://hooks.slack.com/services/T0ZQ/B0ZQ/{MIX20} ⇒ {MIX20}
https://discord.com/api/webhooks/123456789012345678/{MIX40} ⇒ {MIX40}
https://zqcorp.webhook.office.com/webhookb2/{MIX40} ⇒ {MIX40}
sk_live_{MIX20} ⇒ {MIX20}
rk_test_{MIX20} ⇒ {MIX20}
whsec_{MIX20} ⇒ {MIX20}
sk-{MIX40} ⇒ {MIX40}
sk-proj-{MIX40} ⇒ {MIX40}
sk-ant-api03-{MIX40} ⇒ {MIX40}
gsk_{MIX40} ⇒ {MIX40}
hf_{MIX40[:34]} ⇒ {MIX20}
r8_{MIX40} ⇒ {MIX40}
xai-{MIX40}{MIX40} ⇒ {MIX40}
pplx-{MIX40} ⇒ {MIX40}
pcsk_{MIX40} ⇒ {MIX40}
npm_{MIX40[:36]} ⇒ {MIX20}
pypi-AgEIcHlwaS5vcmc{MIX20} ⇒ {MIX20}
rubygems_{HEX40}{HEX32} ⇒ {HEX32}
dckr_pat_{MIX20} ⇒ {MIX20}
SG.{MIX20}.{MIX40} ⇒ {MIX20}
key-{HEX32} ⇒ {HEX32}
{HEX32}-us12 ⇒ {HEX32}
SK{HEX32} ⇒ {HEX32}
hvs.{MIX40} ⇒ {MIX40}
s.{MIX20}aB3d revoked ⇒ {MIX20}
dop_v1_{HEX32}{HEX32} ⇒ {HEX32}
shpat_{HEX32} ⇒ {HEX32}
NRAK-{UPPER}{UPPER} ⇒ {UPPER}
NRII-{MIX20}{MIX20[:12]} ⇒ {MIX20}
glsa_{MIX40} ⇒ {MIX40}
glc_{MIX40} ⇒ {MIX40}
lin_api_{MIX40} ⇒ {MIX40}
ATATT3{MIX40} ⇒ {MIX40}
123456789:AA{MIX40[:33]} ⇒ {MIX20}
dapi{HEX32} ⇒ {HEX32}
dt0c01.{UPPER}ABCDEFGH.{UPPER}{UPPER}{UPPER}{UPPER} ⇒ {UPPER}
dp.st.prd.{MIX40} ⇒ {MIX40}
A3-ZQ7AB2-CD3EF4-GH5IJ-KL6MN-OP7QR ⇒ CD3EF4
AKCp{MIX40}{MIX20} ⇒ {MIX40}
LTAI{MIX20} ⇒ {MIX20}
EZAK{MIX40}{MIX20} ⇒ {MIX40}
ntn_{MIX40} ⇒ {MIX40}
sha256~{MIX40} ⇒ {MIX40}
pscale_tkn_{MIX40} ⇒ {MIX40}
PMAK-{HEX32[:24]}-{HEX40[:34]} ⇒ {HEX32[:24]}
pul-{HEX40} ⇒ {HEX40}
sntrys_{MIX40}= ⇒ {MIX40}
sq0atp-{MIX20}ab ⇒ {MIX20}
tskey-auth-{MIX20} ⇒ {MIX20}
AQVN{MIX40} ⇒ {MIX40}
xkeysib-{HEX32}{HEX32}-{MIX20[:16]} ⇒ {HEX32}
AVNS_{MIX20} ⇒ {MIX20}
nfp_{MIX40} ⇒ {MIX40}
sbp_{HEX40} ⇒ {HEX40}
glagent-{MIX40} ⇒ {MIX40}
ABSK{MIX40}{MIX40} ⇒ {MIX40}
AGE-SECRET-KEY-1{UPPER}{UPPER}{UPPER} ⇒ {UPPER}
kubeadm join 10.0.0.9:6443 --token abcdef.0123456789abcdef ⇒ 0123456789abcdef
--discovery-token zq12ab.cd34ef56gh78ij90 ⇒ cd34ef56gh78ij90
./migrate --password Zqpw0rd9 --host db ⇒ Zqpw0rd
args: ["--db-password", "Zqpw0rd9"] ⇒ Zqpw0rd
--api-token={MIX20} ⇒ {MIX20}
mysql -u root -pZqpw0rd9 x ⇒ Zqpw0rd
curl -u admin:Zqpw0rd9 http://x ⇒ Zqpw0rd
ALTER USER x WITH PASSWORD 'Zqpw0rd9' ⇒ Zqpw0rd
IDENTIFIED BY 'Zqpw0rd9' ⇒ Zqpw0rd
"client_secret":"Zqpw0rd9" ⇒ Zqpw0rd
client_secret=Zqpw0rd9&grant_type=x ⇒ Zqpw0rd
https://x.example/cb?access_token={MIX20} ⇒ {MIX20}
https://x.example/cb?api_key={MIX20}&b=1 ⇒ {MIX20}
https://x.example/?code={MIX20} ⇒ {MIX20}
https://{MIX20}@git.example.com/x.git ⇒ {MIX20}
{{"auths":{{"r.example":{{"auth":"{B64}"}}}}}} ⇒ {B64[:10]}
spring.datasource.password=Zqpw0rd9 ⇒ Zqpw0rd
SECRET_KEY_BASE={HEX40}{HEX40} ⇒ {HEX40}
ENCRYPTION_KEY: {MIX40} ⇒ {MIX40}
signing-key: "{MIX40}" ⇒ {MIX40}
export DB_PASS=Zqpw0rd9 ⇒ Zqpw0rd
DB_PASS: Zqpw0rd9 ⇒ Zqpw0rd
"passwd": "Zqpw0rd9" ⇒ Zqpw0rd
passphrase: Zqpw0rd9 ⇒ Zqpw0rd
pwd=Zqpw0rd9; ⇒ Zqpw0rd
token: {MIX20} ⇒ {MIX20}
bearer {MIX20} ⇒ {MIX20}
data: {base64.b64encode(b"password=Zqpw0rd9!").decode()} ⇒ cGFzc3dvcmQ9WnFw
%7B%22password%22%3A%22Zqpw0rd9%22%7D ⇒ Zqpw0rd
password%3DZqpw0rd9%26x=1 ⇒ Zqpw0rd
Zqpw0rd9 is the password ⇒ Zqpw0rd
the PASSWORD is Zqpw0rd9 ⇒ Zqpw0rd
secret value is {base64.b64encode(b"Zqpw0rd!9xyzQQ").decode()} (base64) ⇒ WnFwdzByZC
got {B64} from the client ⇒ {B64[:12]}
{{"last-applied":"{{\\"stringData\\":{{\\"dsn\\":\\"Zqpw0rd9\\"}}}}"}} ⇒ Zqpw0rd
https://zqftp:Zqpw0rd9@files.zqcorp.example/in ⇒ zqftp,Zqpw0rd,zqcorp
client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLXp6 ⇒ LS0tLS1CRUdJTiBSU0Eg
"""


def planted() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(text, what must not stay)."""
    lines = [line.split(" ⇒ ") for line in (IDENTIFIERS + SECRETS).split("\n") if line]
    return tuple((text.replace("\\n", "\n"), tuple(parts.split(","))) for text, parts in lines)

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.Conformance.Lifecycles;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance.Auth;

/// <summary>Requests for certificates: who may say what in which of their three places.</summary>
public sealed class CertificateRequestTests : HttpServerTests
{
    private const string Path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

    [Fact]
    public async Task Request_IsApprovedAndSignedEachInItsPlace()
    {
        var made = await MakeAsync();
        var name = made.Name();
        Assert.Equal(("admin", "system:masters"), ((string)made["spec"]!["username"]!, (string)made["spec"]!["groups"]![0]!));
        Assert.Equal([name], (await _http.ReadAsync(Path + "?fieldSelector=spec.signerName%3Dexample.com/e2e")).Names());
        Assert.Empty((await _http.ReadAsync(Path + "?fieldSelector=spec.signerName%3Dexample.com/other")).Names());

        // Approval takes conditions and no certificate, status takes both but neither gives nor takes an approval; the object itself takes none.
        var one = await _http.ChangeAsync($"{Path}/{name}", """{"status":{"conditions":[{"type":"X","status":"True"}]}}""");
        Assert.Empty(one["status"]!.AsObject());
        var approval = await _http.ChangeAsync($"{Path}/{name}/approval", """{"metadata":{"annotations":{"a":"b"}},"status":{"certificate":"QUFB","conditions":[{"type":"ApprovalPatch","status":"True","reason":"e2e"}]}}""");
        Assert.Equal(("ApprovalPatch", null, "b"), ((string)approval["status"]!["conditions"]![0]!["type"]!, approval["status"]!["certificate"], approval.Annotation("a")));
        approval["status"]!["conditions"]!.AsArray().Add(JsonNode.Parse("""{"type":"Approved","status":"True","reason":"E2E","message":"m"}"""));
        approval = await _http.ReplaceAsync($"{Path}/{name}/approval", approval);
        Assert.Equal(["ApprovalPatch", "Approved"], Conditions(approval));
        Assert.NotNull(approval["status"]!["conditions"]![1]!["lastUpdateTime"]);
        Assert.Equal("CertificateSigningRequest", (string)(await _http.ReadAsync($"{Path}/{name}/approval"))["kind"]!);

        var signed = await _http.ChangeAsync($"{Path}/{name}/status", "{\"status\":{\"certificate\":\"" + Certificate() + "\"}}");
        signed["status"]!["conditions"]!.AsArray().Add(JsonNode.Parse("""{"type":"StatusUpdate","status":"True","reason":"E2E","message":"m"}"""));
        Assert.Equal(["ApprovalPatch", "Approved", "StatusUpdate"], Conditions(await _http.ReplaceAsync($"{Path}/{name}/status", signed)));

        Assert.EndsWith("status.certificate: Forbidden: updates may not modify existing certificate content", await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", $"{Path}/{name}/status", "{\"status\":{\"certificate\":\"" + Certificate() + "\"}}", ApiCaller.Merge), StringComparison.Ordinal);
        Assert.EndsWith("status.conditions: Forbidden: updates may not remove a condition of type \"Approved\"", await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", $"{Path}/{name}/approval", """{"status":{"conditions":[]}}""", ApiCaller.Merge), StringComparison.Ordinal);
        Assert.EndsWith("Approved and Denied conditions are mutually exclusive", await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", $"{Path}/{name}/approval", """[{"op":"add","path":"/status/conditions/-","value":{"type":"Denied","status":"True"}}]""", ApiCaller.Json), StringComparison.Ordinal);

        // The spec is for good.
        Assert.Equal("example.com/e2e", (string)(await _http.ChangeAsync($"{Path}/{name}", """{"spec":{"signerName":"a.b/c"}}"""))["spec"]!["signerName"]!);
    }

    private static IEnumerable<string> Conditions(JsonNode item) => item["status"]!["conditions"]!.AsArray().Select(static condition => (string)condition!["type"]!);

    private static string Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=e2e", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return Convert.ToBase64String(Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()));
    }

    private Task<JsonNode> MakeAsync()
        => _http.MakeAsync(Path, KindCases.All.Single(static item => item.Path == Path).Template.Replace("{\"spec\"", "{\"metadata\":{\"generateName\":\"e2e-\"},\"spec\"", StringComparison.Ordinal));
}

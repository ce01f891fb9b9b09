using System.Text;
using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Admission.Webhooks;

public sealed class WebhookAuditTests : IDisposable
{
    private const string Policy = """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
        - level: Request
          resources: [{group: "", resources: [configmaps]}]
        - level: Metadata
          resources: [{group: "", resources: [secrets]}]
        - level: None
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("orch-webhook-audit").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Patch_IsToldOnlyWhereTheBodyIs()
    {
        await using var hooks = await WebhookServer.StartAsync();
        hooks.On("label", static request => WebhookServer.Patch(request, """[{"op":"add","path":"/metadata/labels","value":{"added":"test"}}]"""));
        var (policy, log) = (Path.Combine(_folder, "policy.yaml"), Path.Combine(_folder, "audit.log"));
        await File.WriteAllTextAsync(policy, Policy);
        await using (var server = await TestServer.ListenAsync(options => (options.Audit.PolicyFile, options.Audit.LogPath) = (policy, log)))
        {
            await server.Admin.Resource<V1MutatingWebhookConfiguration>().CreateAsync(
                new V1MutatingWebhookConfiguration
                {
                    Metadata = new V1ObjectMeta { Name = "c" },
                    Webhooks =
                    [
                        new V1MutatingWebhook
                        {
                            Name = "label.example.com", AdmissionReviewVersions = ["v1"], SideEffects = "None",
                            Rules = [new V1RuleWithOperations { ApiGroups = [""], ApiVersions = ["v1"], Operations = ["CREATE"], Resources = ["configmaps", "secrets"] }],
                            ClientConfig = new Admissionregistrationv1WebhookClientConfig { Url = hooks.Url("label"), CaBundle = hooks.Authority },
                        },
                    ],
                }, CancellationToken.None);
            await server.CaughtUpAsync();
            using var http = server.Http();
            foreach (var plural in new[] { "configmaps", "secrets" })
            {
                using var body = new StringContent("""{"metadata":{"name":"m"}}""", Encoding.UTF8, "application/json");
                using var made = await http.PostAsync(new Uri($"/api/v1/namespaces/default/{plural}", UriKind.Relative), body);
                Assert.True(made.IsSuccessStatusCode);
            }
        }

        var notes = (await File.ReadAllLinesAsync(log)).Select(static line => JsonDocument.Parse(line).RootElement).ToDictionary(
            static item => item.GetProperty("objectRef").GetProperty("resource").GetString()!, static item => item.GetProperty("annotations"));
        const string Key = "webhook.admission.k8s.io/round_0_index_0";
        Assert.Equal("""{"configuration":"c","webhook":"label.example.com","patch":[{"op":"add","path":"/metadata/labels","value":{"added":"test"}}],"patchType":"JSONPatch"}""", notes["configmaps"].GetProperty("patch." + Key).GetString());
        Assert.False(notes["secrets"].TryGetProperty("patch." + Key, out _));
        Assert.All(notes.Values, static item => Assert.Equal("""{"configuration":"c","webhook":"label.example.com","mutated":true}""", item.GetProperty("mutation." + Key).GetString()));
    }
}

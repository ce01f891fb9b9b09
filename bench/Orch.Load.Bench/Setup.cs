using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orch.Load.Bench;

/// <summary>Makes what a run needs and is not there, with an ordinary client: none of it is measured.</summary>
internal sealed class Setup : IDisposable
{
    /// <summary>The namespace that all is in.</summary>
    public const string Namespace = "load";

    private const int Parallel = 32;
    private readonly HttpClient _client;

    public Setup(int port, X509Certificate2 admin, X509Certificate2 authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates = [admin];
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => admin;
        handler.SslOptions.CertificateChainPolicy = policy;
        _client = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{port}"), DefaultRequestVersion = HttpVersion.Version20 };
    }

    /// <summary>Makes pods of the least that a pod needs.</summary>
    /// <param name="names">Theirs.</param>
    public async Task PodsAsync(IEnumerable<string> names)
    {
        await EnsureAsync("/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{Namespace}}}"}}""");
        // Where no controller makes it.
        await EnsureAsync($"/api/v1/namespaces/{Namespace}/serviceaccounts", """{"metadata":{"name":"default"}}""");
        await System.Threading.Tasks.Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (name, _) =>
            await EnsureAsync($"/api/v1/namespaces/{Namespace}/pods",
                $$$$"""{"metadata":{"name":"{{{{name}}}}","labels":{"app":"load"}},"spec":{"automountServiceAccountToken":false,"containers":[{"name":"c","image":"pause:3.10"}]}}"""));
    }

    public void Dispose() => _client.Dispose();

    private async Task EnsureAsync(string collection, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await _client.PostAsync(new Uri(collection, UriKind.Relative), content);
        if (answer.StatusCode != HttpStatusCode.Conflict && !answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"POST {collection}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Orch.ApiServer.Tests.Fixtures;

/// <summary>A real HTTPS server on the loopback that answers as it is told.</summary>
internal sealed class HttpHook : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TestCertificates _certificates;

    private HttpHook(WebApplication application, TestCertificates certificates)
    {
        _application = application;
        _certificates = certificates;
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Uri Address { get; }

    public string AuthorityPem => _certificates.Authority.ExportCertificatePem();

    public static async Task<HttpHook> StartAsync(RequestDelegate answer)
    {
        var certificates = new TestCertificates();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(certificates.Server);
        }));
        var application = builder.Build();
        application.Run(answer);
        await application.StartAsync();
        return new HttpHook(application, certificates);
    }

    /// <summary>A kubeconfig that leads here.</summary>
    public string WriteKubeconfig(string folder, string path = "/hook")
    {
        var file = Path.Combine(folder, $"hook-{Guid.NewGuid():N}.yaml");
        File.WriteAllText(file, $$"""
            apiVersion: v1
            kind: Config
            current-context: hook
            clusters:
            - name: hook
              cluster:
                server: "{{Address.AbsoluteUri.TrimEnd('/')}}{{path}}"
                certificate-authority-data: {{Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(AuthorityPem))}}
            users:
            - name: me
              user: {token: hook-token}
            contexts:
            - name: hook
              context: {cluster: hook, user: me}
            """);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        _certificates.Dispose();
    }
}

using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Hosting;

/// <summary>The HTTPS side.</summary>
internal sealed class HttpsListener(ApiFrontend frontend, ListenerContainer container)
{
    private IServer? _server;

    /// <summary>Begins to listen.</summary>
    /// <returns>The address with the real port.</returns>
    public async Task<Uri> StartAsync(ApiServerOptions options, CancellationToken cancellationToken)
    {
        _server = container.Of(options).GetRequiredService<IServer>();
        try
        {
            await _server.StartAsync(new RequestApplication(frontend), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new InvalidOperationException(
                $"The API server cannot listen on {options.BindAddress}:{options.Port}: {exception.Message} Set {ApiServerOptions.Section}:Port to a free port, or to 0 for any.", exception);
        }

        var bound = new Uri(_server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var address = IPAddress.Parse(options.BindAddress);
        var host = address.Equals(IPAddress.Any) ? "127.0.0.1" : address.Equals(IPAddress.IPv6Any) ? "[::1]" : bound.Host;
        return new Uri($"https://{host}:{bound.Port}");
    }

    /// <summary>Lets requests end until the token gives up on them.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;
}

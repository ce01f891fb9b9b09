namespace Orch.ApiServer.Proxying;

/// <summary>Connections to a webhook, of whatever kind: kept alive between calls, trusting only whom its configuration says, and going nowhere else than it says.</summary>
internal static class WebhookHandler
{
    /// <summary>Makes a handler; idle connections of one that nobody has any more close by themselves.</summary>
    /// <param name="bundle">PEM of the authorities; null or empty for the system's.</param>
    /// <param name="service">The service in the cluster that answers; null: the URL is taken as it is, by way of the machine's proxy.</param>
    /// <param name="services">Asked at each connection to a service.</param>
    /// <exception cref="FormatException">The bundle holds no certificates.</exception>
    public static SocketsHttpHandler Create(byte[]? bundle, ServicePlace? service, Func<ServiceLocator> services)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = service is null,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            SslOptions = TrustedCaller.Options(bundle),
        };
        if (service is { } place) { handler.ConnectCallback = (_, cancellationToken) => services().ConnectAsync(place.Namespace, place.Name, place.Port, cancellationToken); }
        return handler;
    }
}


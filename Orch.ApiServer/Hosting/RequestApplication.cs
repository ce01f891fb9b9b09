using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Hosting;

/// <summary>Hands Kestrel's requests straight to the front end, reusing one context a connection.</summary>
internal sealed class RequestApplication(ApiFrontend frontend) : IHttpApplication<DefaultHttpContext>
{
    /// <inheritdoc />
    public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<DefaultHttpContext> container) { return new DefaultHttpContext(contextFeatures); }
        if (container.HostContext is not { } context) { return container.HostContext = new DefaultHttpContext(contextFeatures); }
        context.Initialize(contextFeatures);
        return context;
    }

    /// <inheritdoc />
    public Task ProcessRequestAsync(DefaultHttpContext context) => frontend.HandleAsync(context);

    /// <inheritdoc />
    public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Configuration;
using Orch.ApiServer.Hosting;
using Orch.Security;

namespace Orch.ApiServer.Security.Authorization.Webhooks;

/// <summary>The authorizers of a server in their order: as a configuration file says, or as the options name them.</summary>
internal static class AuthorizerSet
{
    public static IReadOnlyList<IAuthorizer> Of(IServiceProvider provider, ApiServerOptions options)
    {
        var registered = provider.GetServices<IAuthorizer>().ToList();
        if (options.AuthorizationConfigurationFile is not { } file) { return NamedSet.Choose(registered, static item => item.Name, options.Authorizers, nameof(ApiServerOptions.Authorizers)); }
        return [.. AuthorizationConfiguration.Load(file).Authorizers!.Select(item => item.Type switch
        {
            "AlwaysAllow" => new FixedAuthorizer(item.Name!, AuthorizationDecision.Allow()),
            "AlwaysDeny" => new FixedAuthorizer(item.Name!, new AuthorizationDecision(AuthorizationVerdict.NoOpinion, "Everything is forbidden.")),
            "Webhook" => Webhook(provider, item),
            var type => registered.Find(authorizer => authorizer.Name == type) ?? throw new InvalidOperationException($"{file} names authorizer {type}, which is not registered."),
        })];
    }

    private static WebhookAuthorizer Webhook(IServiceProvider provider, AuthorizerFile item)
    {
        var time = provider.GetRequiredService<TimeProvider>();
        var connection = WebhookConnection.Load(item.Webhook!.ConnectionInfo!.KubeConfigFile!, AuthorizationConfiguration.Duration(item.Webhook.Timeout!));
        return new WebhookAuthorizer(item.Name!, item.Webhook, new WebhookQuestion(connection, time), time, provider.GetRequiredService<ILogger<WebhookAuthorizer>>());
    }

    private sealed class FixedAuthorizer(string name, AuthorizationDecision decision) : IAuthorizer
    {
        public string Name => name;

        public ValueTask<AuthorizationDecision> AuthorizeAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken) => ValueTask.FromResult(decision);
    }
}

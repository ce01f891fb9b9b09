using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Admission;
using Orch.ApiServer.Configuration;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Security.Admission;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Authentication.Oidc;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Authorization.Nodes;
using Orch.ApiServer.Security.Bootstrap;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Security.Reviews;
using Orch.ApiServer.Security.Tokens;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Subresources;
using Orch.Security;

namespace Orch.ApiServer.Security;

/// <summary>Registers who may come in, who may do what, and who has a say in writes.</summary>
internal static class SecurityRegistration
{
    private static readonly TimeSpan WebhookTimeout = TimeSpan.FromSeconds(30);

    public static void AddSecurity(this IServiceCollection services)
    {
        services.TryAddSingleton<IObjectLookup, CacheLookup>();
        AddAuthentication(services);
        AddAuthorization(services);
        AddAdmission(services);
        AddReviews(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBootstrapStep, BootstrapPolicyStep>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, RoleAggregator>());
    }

    private static void AddAuthentication(IServiceCollection services)
    {
        services.TryAddSingleton(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<ApiServerOptions>>().Value;
            var key = options.ServiceAccountSigningKey ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new ServiceAccountTokens(key, options.AllServiceAccountIssuers, options.ServiceAccountVerificationKeys);
        });
        services.TryAddSingleton<ServiceAccountAuthenticator>();
        services.AddSingleton<IAuthenticator>(static provider => new ClientCertificateAuthenticator(Options(provider).ClientCertificateAuthority, provider.GetRequiredService<TimeProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthenticator, BootstrapTokenAuthenticator>());
        services.AddSingleton<IAuthenticator>(static provider => provider.GetRequiredService<ServiceAccountAuthenticator>());
        services.TryAddSingleton(static provider => Options(provider).AuthenticationConfigurationFile is { } file ? AuthenticationConfiguration.Load(file, Options(provider).AllServiceAccountIssuers) : new AuthenticationConfigurationFile());
        services.AddSingleton<IAuthenticator>(static provider => new OidcAuthenticator(
            provider.GetRequiredService<AuthenticationConfigurationFile>().Jwt ?? [], provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OidcAuthenticator>>()));
        services.AddSingleton<IAuthenticator>(static provider => new WebhookTokenAuthenticator(
            Options(provider).TokenWebhookConfigurationFile is { } file
                ? new WebhookQuestion(WebhookConnection.Load(file, WebhookTimeout), provider.GetRequiredService<TimeProvider>())
                : null,
            provider.GetRequiredService<ServiceAccountTokens>().Audiences, Options(provider).TokenWebhookCacheTime, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => new RequestHeaderAuthenticator(Options(provider).RequestHeader, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => provider.GetRequiredService<AuthenticationConfigurationFile>().Anonymous is { } configured
            ? new AnonymousAccess(configured.Enabled, configured.Conditions?.Select(static condition => condition.Path ?? string.Empty).ToList())
            : new AnonymousAccess(Options(provider).AllowAnonymous));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPathHandler, IssuerDiscovery>());
    }

    private static void AddAuthorization(IServiceCollection services)
    {
        services.TryAddSingleton<NodeIndex>();
        services.AddSingleton<IBackgroundLoop>(static provider => provider.GetRequiredService<NodeIndex>());
        services.TryAddSingleton<RbacAuthorizer>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizer, NodeAuthorizer>());
        services.AddSingleton<IAuthorizer>(static provider => provider.GetRequiredService<RbacAuthorizer>());
    }

    // The order is AdmissionOrder's.
    private static void AddAdmission(IServiceCollection services)
    {
        services.AddAdmissionPlugins();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAdmissionPlugin, NamespaceLifecycle>());
        services.AddSingleton<IAdmissionPlugin>(static provider => new ServiceAccountAdmission(provider.GetRequiredService<IObjectLookup>(), new Random()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAdmissionPlugin, NodeRestriction>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAdmissionPlugin, PriorityAdmission>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAdmissionPlugin, DefaultTolerationSeconds>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAdmissionPlugin, RbacEscalation>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAdmissionPlugin, PolicyParamAccess>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAdmissionPlugin, ClaimStatusAccess>());
    }

    private static void AddReviews(IServiceCollection services)
    {
        services.TryAddSingleton<AuthorizationDecider>(static provider => provider.GetRequiredService<AuthorizationChain>().DecideAsync);
        services.TryAddSingleton<TokenAuthentication>(static provider => provider.GetRequiredService<AuthenticationChain>().AuthenticateTokenAsync);
        services.TryAddSingleton<AccessQuestion>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICreateHandler, SelfSubjectAccessReviewHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICreateHandler, SubjectAccessReviewHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICreateHandler, LocalSubjectAccessReviewHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICreateHandler, SelfSubjectRulesReviewHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICreateHandler, SelfSubjectReviewHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICreateHandler, TokenReviewHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICreateHandler, TokenRequestHandler>());
    }

    private static ApiServerOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ApiServerOptions>>().Value;
}

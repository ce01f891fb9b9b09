using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Security;

namespace Orch.ApiServer.Tests.Serving;

public sealed class AuthenticationChainTests
{
    [Fact]
    public async Task Credentials_ThatOneRefuses_MayBeKnownToAnother()
    {
        var chain = Chain(new Refusing(), new Knowing("jane"));
        Assert.Equal("jane", (await chain.AuthenticateAsync(Request("good"))).Name);
        Assert.Equal("jane", (await chain.AuthenticateTokenAsync("good", default))?.Name);
    }

    [Fact]
    public async Task Certificate_OfSomewhereElse_SaysNothingAgainstAToken()
    {
        using var certificates = new TestCertificates();
        using var others = new TestCertificates();
        using var certificate = others.Client("joe");
        var chain = Chain(new ClientCertificateAuthenticator(certificates.Authority, TimeProvider.System), new Knowing("jane"));
        Assert.Equal("jane", (await chain.AuthenticateAsync(Request("good", certificate))).Name);
    }

    [Fact]
    public async Task Credentials_ThatSomeRefuse_AndNobodyKnows_AreUnauthorized()
    {
        var chain = Chain(new Refusing(), new Knowing("jane"));
        Assert.Equal(401, (await Assert.ThrowsAsync<ApiException>(() => chain.AuthenticateAsync(Request("bad")).AsTask())).Code);
        Assert.Equal("it does not hold", (await Assert.ThrowsAsync<AuthenticationFailedException>(() => chain.AuthenticateTokenAsync("bad", default).AsTask())).Message);
        Assert.Null(await Chain(new Knowing("jane")).AuthenticateTokenAsync("bad", default));
    }

    private static AuthenticationChain Chain(params IAuthenticator[] authenticators)
        => new(authenticators, new RequestHeaderAuthenticator(new RequestHeaderOptions(), new FakeTimeProvider()), new AnonymousAccess(true), TimeProvider.System, NullLogger<AuthenticationChain>.Instance);

    private static DefaultHttpContext Request(string token, X509Certificate2? certificate = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = "Bearer " + token;
        context.Connection.ClientCertificate = certificate;
        return context;
    }

    private sealed class Refusing : IAuthenticator
    {
        public string Name => "refusing";

        public ValueTask<UserInfo?> AuthenticateAsync(RequestCredentials credentials, CancellationToken cancellationToken) => throw new AuthenticationFailedException("it does not hold");
    }

    private sealed class Knowing(string user) : IAuthenticator
    {
        public string Name => "knowing";

        public ValueTask<UserInfo?> AuthenticateAsync(RequestCredentials credentials, CancellationToken cancellationToken)
            => new(credentials.BearerToken == "good" ? new UserInfo(user, []) : null);
    }
}

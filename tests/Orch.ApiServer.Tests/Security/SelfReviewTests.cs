using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Security;

/// <summary>What users are told of themselves.</summary>
public sealed class SelfReviewTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Fact]
    public async Task WhoAmI_Answer_SaysWhenItWasGiven()
    {
        await using var server = await TestServer.ListenAsync(services: static services => services.AddSingleton<TimeProvider>(new FakeTimeProvider(Now)));
        var review = await AskAsync(server, "/apis/authentication.k8s.io/v1/selfsubjectreviews", """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview","metadata":{"name":"given"}}""");
        Assert.Equal("""{"creationTimestamp":"2026-03-04T05:06:07Z"}""", review.GetProperty("metadata").GetRawText());
    }

    [Fact]
    public async Task Rules_OfMasters_AreThoseOfTheirBindingAlone()
    {
        await using var server = await TestServer.ListenAsync();
        var review = await AskAsync(server, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectRulesReview","spec":{"namespace":"default"}}""");
        var status = review.GetProperty("status");
        Assert.Single(status.GetProperty("resourceRules").EnumerateArray(), static rule => rule.GetProperty("verbs")[0].GetString() == "*");
        Assert.Single(status.GetProperty("nonResourceRules").EnumerateArray(), static rule => rule.GetProperty("verbs")[0].GetString() == "*");
    }

    private static async Task<JsonElement> AskAsync(TestServer server, string path, string body)
    {
        using var http = server.Http();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}

using System.Text.Json;
using k8s.Models;
using Orch.Serialization;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>The <c>AdmissionReview</c> that a webhook answers.</summary>
internal sealed record WebhookAnswer
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public Body? Response { get; init; }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">It is not JSON, or not of this shape.</exception>
    public static WebhookAnswer Read(ReadOnlySpan<byte> json) => ApiJson.Deserialize<WebhookAnswer>(json);

    /// <summary>What is wrong with the answer, in upstream's words; null when it can be used.</summary>
    /// <param name="uid">The request's.</param>
    /// <param name="version">The review's version that was sent; the older one promised less.</param>
    public string? FaultFor(string uid, string version, bool isMutating)
    {
        if (Response is null) { return "webhook response was absent"; }
        if (version != "v1") { return null; }
        if (Response.Uid != uid) { return $"expected response.uid=\"{uid}\", got \"{Response.Uid}\""; }
        if (ApiVersion != "admission.k8s.io/v1" || Kind != "AdmissionReview")
        {
            var (group, actual) = (ApiVersion ?? string.Empty) is var text && text.Split('/') is [var first, var second] ? (first, second) : (string.Empty, ApiVersion ?? string.Empty);
            return $"expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got {group}/{actual}, Kind={Kind}";
        }

        var hasPatch = Response.Patch is { Length: > 0 };
        if (!isMutating)
        {
            return hasPatch ? "validating webhook may not return response.patch" : Response.PatchType is not null ? "validating webhook may not return response.patchType" : null;
        }

        return (hasPatch, Response.PatchType) switch
        {
            (true, null) => "webhook returned response.patch but not response.patchType",
            (false, not null) => "webhook returned response.patchType but not response.patch",
            (_, "") => "webhook returned invalid response.patchType of \"\"",
            _ => null,
        };
    }

    /// <summary>What it decided.</summary>
    public sealed record Body
    {
        public string? Uid { get; init; }

        public bool Allowed { get; init; }

        /// <summary>Why not.</summary>
        public V1Status? Status { get; init; }

        public byte[]? Patch { get; init; }

        public string? PatchType { get; init; }

        public IDictionary<string, string>? AuditAnnotations { get; init; }

        public IList<string>? Warnings { get; init; }
    }
}

using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Discovery;

/// <summary>Answers <c>/version</c>, with the version of Kubernetes that the API is that of.</summary>
internal sealed class VersionHandler : IPathHandler
{
    /// <summary>As kubectl shows it.</summary>
    public const string GitVersion = Orch.Resources.KubernetesRelease.Version + "+orch";

    private static readonly byte[] Body = Encoding.ASCII.GetBytes(
        "{\"major\":\"1\",\"minor\":\"36\",\"emulationMajor\":\"1\",\"emulationMinor\":\"36\",\"minCompatibilityMajor\":\"1\",\"minCompatibilityMinor\":\"35\",\"gitVersion\":\"" + GitVersion + "\",\"gitCommit\":\"\",\"gitTreeState\":\"clean\",\"buildDate\":\"2026-01-01T00:00:00Z\",\"goVersion\":\"none\","
        + "\"compiler\":\"dotnet\",\"platform\":\"linux/" + (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64") + "\"}");

    /// <inheritdoc />
    public bool Handles(string path) => path is "/version" or "/version/";

    /// <inheritdoc />
    public ValueTask HandleAsync(ApiRequest request) => request.Info.Verb != "get" ? throw Refusals.MethodNotAllowed() : Answer.BytesAsync(request, StatusCodes.Status200OK, Body, isYaml: false);
}

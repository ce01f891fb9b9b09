using System.Text;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Health;

/// <summary>Answers <c>/livez</c>, <c>/readyz</c> and <c>/healthz</c>, and each check below them.</summary>
internal sealed class HealthHandler(IEnumerable<IHealthCheck> checks, HealthRecord record) : IPathHandler
{
    private static readonly string[] Roots = ["/healthz", "/livez", "/readyz"];
    private readonly IHealthCheck[] _checks = [.. checks];

    /// <inheritdoc />
    public bool Handles(string path) => RootOf(path) is not null;

    /// <inheritdoc />
    public async ValueTask HandleAsync(ApiRequest request)
    {
        var path = request.Info.Path;
        var root = RootOf(path)!;
        var all = _checks.Where(check => root == "/readyz" || check.IsLiveness).ToList();
        if (path.Length > root.Length)
        {
            if (all.Find(check => check.Name == path[(root.Length + 1)..]) is not { } one) { await Refusals.AnswerNoSuchPageAsync(request).ConfigureAwait(false); return; }
            var fault = await one.CheckAsync(request.Cancellation).ConfigureAwait(false);
            await Answer.TextAsync(request, fault is null ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError, fault is null ? "ok" : $"internal server error: {fault}\n").ConfigureAwait(false);
            return;
        }

        var name = root[1..];
        var excluded = request.Http.Request.QueryString.HasValue ? request.Query["exclude"].Select(static item => item ?? string.Empty).ToHashSet(StringComparer.Ordinal) : [];
        var report = new StringBuilder();
        var isWell = true;
        foreach (var check in all)
        {
            if (excluded.Remove(check.Name)) { report.Append("[+]").Append(check.Name).Append(" excluded: ok\n"); continue; }
            var fault = await check.CheckAsync(request.Cancellation).ConfigureAwait(false);
            record.Note(check.Name, name, fault is null);
            // Anybody may ask; the reason is told only below, where a right is needed.
            report.Append(fault is null ? "[+]" : "[-]").Append(check.Name).Append(fault is null ? " ok\n" : " failed: reason withheld\n");
            isWell &= fault is null;
        }

        if (excluded.Count > 0)
        {
            report.Append("warn: some health checks cannot be excluded: no matches for ").AppendJoin(',', excluded.Order(StringComparer.Ordinal).Select(Validation.GoText.Quote)).Append('\n');
        }

        report.Append(name).Append(isWell ? " check passed\n" : " check failed\n");
        var verbose = request.Http.Request.QueryString.HasValue && request.Query.ContainsKey("verbose");
        await Answer.TextAsync(request, isWell ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError, isWell && !verbose ? "ok" : report.ToString()).ConfigureAwait(false);
    }

    private static string? RootOf(string path)
        => Array.Find(Roots, root => path == root || (path.StartsWith(root, StringComparison.Ordinal) && path[root.Length] == '/'));
}

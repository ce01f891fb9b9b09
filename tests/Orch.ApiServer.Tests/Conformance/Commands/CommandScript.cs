using System.Runtime.CompilerServices;
using System.Text;
using Orch.Testing.Kubectl;
using Xunit.Sdk;

namespace Orch.ApiServer.Tests.Conformance.Commands;

/// <summary>Runs a script of kubectl commands, and says of every line what did not come out as it says.</summary>
/// <remarks>
/// A script is lines, then the files that its commands use, each after a line <c>-- name --</c>. A line is one of
/// <list type="bullet">
/// <item><c>$ command</c> that must succeed, <c>! command</c> that must fail, <c>? command</c> that may do either;</item>
/// <item><c>&gt; text</c> that the last command's outputs contain, <c>&lt; text</c> that they do not, <c>= text</c> that its standard output is;</item>
/// <item><c>@ what | template | text</c>: what a get shows by a Go template, at once; <c>~</c> in place of <c>@</c>: sooner or later;</item>
/// <item><c>namespace name</c>: makes a namespace and goes there; <c>editor command</c>: what edits files; <c>env name value</c>: a variable of the environment; <c>save file</c>: keeps the last standard output;
/// <c>replace file old new</c>: changes a file.</item>
/// </list>
/// </remarks>
internal sealed class CommandScript(KubectlSession kubectl)
{
    private const string Names = "{{range .items}}{{.metadata.name}}:{{end}}";
    private const int Most = 40;
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private (int Code, string Output, string Error) _last;

    /// <summary>Runs the script of that name that lies beside the caller.</summary>
    public static async Task RunAsync(KubectlSession kubectl, string name, [CallerFilePath] string caller = "")
    {
        var script = new CommandScript(kubectl);
        await script.RunAsync(await File.ReadAllLinesAsync(Path.Combine(Path.GetDirectoryName(caller)!, name + ".txt")));
        if (script._faults.Count > 0) { throw new XunitException($"{name}:\n{string.Join('\n', script._faults)}"); }
    }

    private async Task RunAsync(string[] lines)
    {
        var end = Array.FindIndex(lines, static line => FileName(line) is not null);
        end = end < 0 ? lines.Length : end;
        await WriteFilesAsync(lines[end..]);
        for (var i = 0; i < end && _faults.Count < Most; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') { continue; }
            if (await FaultAsync(line) is { } fault) { _faults.Add($"{i + 1}: {line}\n    {fault.Trim().Replace("\n", "\n    ", StringComparison.Ordinal)}"); }
        }
    }

    private async Task WriteFilesAsync(string[] lines)
    {
        string? name = null;
        foreach (var line in lines)
        {
            if (FileName(line) is { } next) { _files[name = next] = string.Empty; }
            else { _files[name!] += line + "\n"; }
        }

        foreach (var (file, text) in _files) { await kubectl.WriteAsync(file, text); }
    }

    private static string? FileName(string line) => line.StartsWith("-- ", StringComparison.Ordinal) && line.EndsWith(" --", StringComparison.Ordinal) ? line[3..^3] : null;

    private async Task<string?> FaultAsync(string line)
    {
        var rest = line[1..].Trim();
        switch (line[0])
        {
            case '$': return await DoAsync(rest) == 0 ? null : $"ended with {_last.Code}: {Both}";
            case '!': return await DoAsync(rest) != 0 ? null : $"succeeded: {Both}";
            case '?': await DoAsync(rest); return null;
            case '>': return Both.Contains(rest, StringComparison.Ordinal) ? null : $"said: {Both}";
            case '<': return Both.Contains(rest, StringComparison.Ordinal) ? $"said: {Both}" : null;
            case '=': return Said == rest ? null : $"said: {Both}";
            case '@': return await ShownAsync(rest) ? null : $"shown: {Both}";
            case '~': return await ShownSoonAsync(rest) ? null : $"shown: {Both}";
            default: return await DirectAsync(Words(line));
        }
    }

    private string Both => _last.Error + _last.Output;

    private string Said => _last.Output.Trim();

    private async Task<int> DoAsync(string command)
    {
        _last = await kubectl.RunApartAsync([.. Words(command)]);
        return _last.Code;
    }

    private async Task<bool> ShownAsync(string rest)
    {
        var parts = rest.Split('|', StringSplitOptions.TrimEntries);
        var template = parts[1] == "names" ? Names : parts[1];
        _last = await kubectl.RunApartAsync(["get", .. Words(parts[0]), "-o", "go-template=" + template]);
        return _last.Code == 0 && Said == parts[2];
    }

    // What a controller does comes a moment after what made it do so.
    private async Task<bool> ShownSoonAsync(string rest)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await ShownAsync(rest))
        {
            if (timeout.IsCancellationRequested) { return false; }
        }

        return true;
    }

    private async Task<string?> DirectAsync(List<string> words)
    {
        switch (words[0])
        {
            case "namespace":
                if (words[1] != "default" && await DoAsync($"create namespace {words[1]}") != 0) { return Both; }
                await DoAsync($"config set-context test --namespace={words[1]}");
                await DoAsync("config use-context test");
                return await ShownSoonAsync("serviceaccounts | names | default:") ? null : "has no service account";
            case "editor":
                kubectl.Environment["EDITOR"] = string.Join(' ', words.Skip(1));
                return null;
            case "env":
                kubectl.Environment[words[1]] = words[2];
                return null;
            case "save":
                await kubectl.WriteAsync(words[1], _files[words[1]] = _last.Output);
                return null;
            case "replace":
                if (!_files[words[1]].Contains(words[2], StringComparison.Ordinal)) { return "nothing of that"; }
                await kubectl.WriteAsync(words[1], _files[words[1]] = _files[words[1]].Replace(words[2], words[3], StringComparison.Ordinal));
                return null;
            default:
                return "is no line of a script";
        }
    }

    // As a shell splits them: single and double quotes keep what is between them.
    private static List<string> Words(string line)
    {
        List<string> words = [];
        StringBuilder? word = null;
        char? quote = null;
        foreach (var next in line)
        {
            if (next == quote) { quote = null; }
            else if (quote is null && next is '\'' or '"' && quote is null) { (quote, word) = (next, word ?? new()); }
            else if (quote is null && next == ' ')
            {
                if (word is not null) { words.Add(word.ToString()); }
                word = null;
            }
            else { (word ??= new()).Append(next); }
        }

        if (word is not null) { words.Add(word.ToString()); }
        return words;
    }
}

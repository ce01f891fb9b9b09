using System.Text;

namespace Orch.Cel.Syntax;

/// <summary>The text of an expression with what is wrong in it.</summary>
internal sealed class Source(string text)
{
    private const int MaxIssues = 100;
    private readonly List<(int Position, string Message)> _faults = [];

    public string Text { get; } = text;

    public bool HasFaults => _faults.Count > 0;

    public void Fault(int position, string message)
    {
        if (_faults.Count < MaxIssues && !_faults.Contains((position, message))) { _faults.Add((position, message)); }
    }

    public List<CelIssue> Issues()
        => [.. _faults.OrderBy(fault => fault.Position).Select(fault => ToIssue(fault.Position, fault.Message))];

    /// <summary>All faults in the shape of cel-go, each with its line and a mark below it.</summary>
    public string Describe(IReadOnlyList<CelIssue> issues)
    {
        var text = new StringBuilder();
        foreach (var issue in issues)
        {
            if (text.Length > 0) { text.Append('\n'); }
            text.Append("ERROR: <input>:").Append(issue.Line).Append(':').Append(issue.Column).Append(": ").Append(issue.Message);
            var line = Line(issue.Line);
            text.Append("\n | ").Append(line.Replace('\t', ' ')).Append("\n | ");
            var column = 1;
            var wide = false;
            foreach (var rune in line.EnumerateRunes())
            {
                wide = rune.Utf8SequenceLength > 1;
                if (column++ == issue.Column) { break; }
                text.Append(wide ? '．' : '.');
                wide = false;
            }

            for (; column < issue.Column; column++) { text.Append('.'); }
            text.Append(wide ? '＾' : '^');
        }

        return text.ToString();
    }

    private string Line(int number)
    {
        var start = 0;
        for (var line = 1; line < number; line++) { start = Text.IndexOf('\n', start) + 1; }
        var end = Text.IndexOf('\n', start);
        return end < 0 ? Text[start..] : Text[start..end];
    }

    private CelIssue ToIssue(int position, string message)
    {
        position = Math.Min(position, Text.Length);
        var line = 1;
        var start = 0;
        for (var index = 0; index < position; index++)
        {
            if (Text[index] == '\n') { line++; start = index + 1; }
        }

        var column = 1;
        foreach (var _ in Text.AsSpan(start, position - start).EnumerateRunes()) { column++; }
        return new CelIssue(line, column, message);
    }
}

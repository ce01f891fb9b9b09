using System.Globalization;
using System.Text.Json;
using k8s.Models;

namespace Orch.Kubelet.Streaming.RemoteCommands;

/// <summary>How a command ended, in the words that clients look for on the error stream.</summary>
internal static class RemoteCommandStatus
{
    public static V1Status Success { get; } = new() { Status = "Success", Metadata = new V1ListMeta() };

    public static V1Status FromExitCode(int exitCode)
    {
        if (exitCode == 0)
        {
            return Success;
        }

        var code = exitCode.ToString(CultureInfo.InvariantCulture);
        return new V1Status
        {
            Metadata = new V1ListMeta(),
            Status = "Failure",
            Reason = "NonZeroExitCode",
            Message = $"command terminated with non-zero exit code: exit status {code}",
            Details = new V1StatusDetails { Causes = [new V1StatusCause { Reason = "ExitCode", Message = code }] },
        };
    }

    public static V1Status InternalError(string message) => new()
    {
        Metadata = new V1ListMeta(),
        Status = "Failure",
        Reason = "InternalError",
        Code = 500,
        Message = "Internal error occurred: " + message,
        Details = new V1StatusDetails { Causes = [new V1StatusCause { Message = message }] },
    };

    /// <summary>JSON since protocol version 4; before, the bare message, and nothing for success.</summary>
    public static byte[] Encode(V1Status status, bool isJson)
    {
        if (isJson)
        {
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                WriteJson(writer, status);
            }

            return buffer.ToArray();
        }

        return status.Status == "Success" ? [] : System.Text.Encoding.UTF8.GetBytes(status.Message);
    }

    private static void WriteJson(Utf8JsonWriter writer, V1Status status)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("metadata");
        writer.WriteEndObject();
        writer.WriteString("status", status.Status);
        if (status.Message is { Length: > 0 } message)
        {
            writer.WriteString("message", message);
        }

        if (status.Reason is { Length: > 0 } reason)
        {
            writer.WriteString("reason", reason);
        }

        if (status.Details?.Causes is { Count: > 0 } causes)
        {
            writer.WriteStartObject("details");
            writer.WriteStartArray("causes");
            foreach (var cause in causes)
            {
                writer.WriteStartObject();
                if (cause.Reason is { Length: > 0 } causeReason)
                {
                    writer.WriteString("reason", causeReason);
                }

                writer.WriteString("message", cause.Message);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        if (status.Code is { } code)
        {
            writer.WriteNumber("code", code);
        }

        writer.WriteEndObject();
    }
}

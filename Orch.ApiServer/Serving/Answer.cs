using System.Buffers;
using System.IO.Compression;
using System.Text;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Json;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Tables;
using Orch.Client;
using Orch.Serialization;

namespace Orch.ApiServer.Serving;

/// <summary>Writes answers.</summary>
internal sealed class Answer(ITableBuilder tables, TimeProvider time)
{
    private const int FlushBytes = 256 * 1024;
    private const int GzipThreshold = 128 * 1024;

    /// <summary>One object in the form that the client wants.</summary>
    public async ValueTask ObjectAsync(ApiRequest request, int status, ServedResource resource, CachedObject item, AcceptedForm form)
    {
        if (form.Form == ObjectForm.MetadataList)
        {
            throw ApiErrors.NotAcceptable($"you requested PartialObjectMetadataList, but the requested object is not a list (*{GoName(resource.Declaration)})");
        }

        var shown = item.As(resource.Declaration);
        if (form.IsProtobuf)
        {
            using var buffer = new ProtobufBuffer();
            ProtobufEnvelope.WriteObject(buffer, resource.Declaration, shown, form.IsMetadata, form.MetaVersion);
            await SendAsync(request, status, form.ContentType, buffer.Written).ConfigureAwait(false);
            return;
        }

        if (form.Form == ObjectForm.Whole && !form.IsYaml && !IsPretty(request, form) && (shown.Length <= GzipThreshold || !AcceptsGzip(request.Http.Request)))
        {
            Begin(request, status, form.ContentType);
            request.Http.Response.ContentLength = shown.Length;
            shown.WriteTo(request.Http.Response.BodyWriter);
            await request.Http.Response.BodyWriter.FlushAsync(request.Cancellation).ConfigureAwait(false);
            return;
        }

        var output = new ArrayBufferWriter<byte>(shown.Length + 256);
        WriteShown(request, resource.Declaration, shown, form, withColumns: true, output);
        await BytesAsync(request, status, output.WrittenMemory, form).ConfigureAwait(false);
    }

    /// <summary>A collection in the form that the client wants.</summary>
    public async ValueTask ListAsync(ApiRequest request, ServedResource resource, ListResult list, AcceptedForm form)
    {
        if (form.Form == ObjectForm.Metadata)
        {
            throw ApiErrors.NotAcceptable($"you requested PartialObjectMetadata, but the requested object is a list (*{GoName(resource.Declaration)}List)");
        }

        if (form.IsProtobuf)
        {
            await ProtobufAsync(request, resource, list, form).ConfigureAwait(false);
            return;
        }

        if (form.Form == ObjectForm.Table || form.IsYaml || IsPretty(request, form))
        {
            var output = new ArrayBufferWriter<byte>(64 * 1024);
            if (form.Form == ObjectForm.Table) { WriteTable(request, resource, list, form, output); }
            else { WriteItems(resource, list, form, output); }
            await BytesAsync(request, StatusCodes.Status200OK, output.WrittenMemory, form).ConfigureAwait(false);
            return;
        }

        Begin(request, StatusCodes.Status200OK, form.ContentType);
        var head = ListHead(resource.Declaration, list, form);
        var type = TypeOfItems(resource.Declaration);
        var isWhole = form.Form == ObjectForm.Whole;
        long length = head.Length + 2 + Math.Max(0, list.Items.Count - 1);
        if (isWhole)
        {
            foreach (var item in list.Items) { length += item.As(resource.Declaration).ItemLength(type); }
        }

        if (length > GzipThreshold && AcceptsGzip(request.Http.Request))
        {
            await CompressAsync(request, resource, list, form).ConfigureAwait(false);
            return;
        }

        if (isWhole) { request.Http.Response.ContentLength = length; }
        var writer = new LargeChunks(request.Http.Response.BodyWriter);
        writer.Write(head);
        for (var index = 0; index < list.Items.Count; index++)
        {
            if (index > 0) { writer.Write(","u8); }
            var item = list.Items[index].As(resource.Declaration);
            if (isWhole) { item.WriteItemTo(writer, type); } else { WriteMetadata(item, form, writer); }
            if (writer.Pending >= FlushBytes) { await writer.FlushAsync(request.Cancellation).ConfigureAwait(false); }
        }

        writer.Write("]}"u8);
        await writer.FlushAsync(request.Cancellation).ConfigureAwait(false);
    }

    /// <summary>An object that is in no cache: a review, a scale, a status.</summary>
    public static ValueTask ModelAsync(ApiRequest request, int status, IKubernetesObject model, bool isYaml)
        => BytesAsync(request, status, ApiJson.Serialize(model, model.GetType()), isYaml);

    /// <summary>An object that is in no cache, in the form that the client wants.</summary>
    public static async ValueTask ModelAsync(ApiRequest request, int status, IKubernetesObject model, AcceptedForm form)
    {
        var json = ApiJson.Serialize(model, model.GetType());
        if (!form.IsProtobuf) { await BytesAsync(request, status, json, form).ConfigureAwait(false); return; }
        using var buffer = new ProtobufBuffer();
        ProtobufEnvelope.WriteModel(buffer, model, json);
        await SendAsync(request, status, form.ContentType, buffer.Written).ConfigureAwait(false);
    }

    /// <summary>A refusal.</summary>
    public static async ValueTask ErrorAsync(ApiRequest request, ApiException error)
    {
        var response = request.Http.Response;
        if (response.HasStarted) { request.Http.Abort(); return; }
        response.Clear();
        var wait = error.Status.Details?.RetryAfterSeconds;
        if (wait > 0) { response.Headers.RetryAfter = wait.Value.ToString(System.Globalization.CultureInfo.InvariantCulture); }
        if (error.Code == 401) { response.Headers.WWWAuthenticate = "Bearer realm=\"orch\""; }
        AcceptedForm form = default;
        try { form = AcceptedForm.Choose(request.Accept, convertible: true, typeof(V1Status)); }
        catch (ApiException) { /* an error is told in JSON to whoever accepts nothing */ }
        await ModelAsync(request, error.Code, error.Status, form).ConfigureAwait(false);
    }

    /// <summary>Bytes of a finished JSON text.</summary>
    public static ValueTask BytesAsync(ApiRequest request, int status, ReadOnlyMemory<byte> json, bool isYaml)
        => BytesAsync(request, status, json, new AcceptedForm(ObjectForm.Whole, isYaml));

    private static ValueTask BytesAsync(ApiRequest request, int status, ReadOnlyMemory<byte> json, AcceptedForm form)
        => SendAsync(request, status, form.ContentType, form.IsYaml ? YamlOutput.FromJson(json.Span) : IsPretty(request, form) ? JsonIndent.Of(json.Span) : json);

    private static async ValueTask SendAsync(ApiRequest request, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        Begin(request, status, contentType);
        if (body.Length > GzipThreshold && AcceptsGzip(request.Http.Request))
        {
            request.Http.Response.Headers.ContentEncoding = "gzip";
            request.Http.Response.Headers.Vary = "Accept-Encoding";
            var gzip = new GZipStream(request.Http.Response.Body, CompressionLevel.Fastest);
            await using (gzip.ConfigureAwait(false)) { await gzip.WriteAsync(body, request.Cancellation).ConfigureAwait(false); }
            return;
        }

        request.Http.Response.ContentLength = body.Length;
        await request.Http.Response.BodyWriter.WriteAsync(body, request.Cancellation).ConfigureAwait(false);
    }

    /// <summary>Plain text, as health checks and metrics are.</summary>
    public static async ValueTask TextAsync(ApiRequest request, int status, string text, string contentType = "text/plain; charset=utf-8")
    {
        Begin(request, status, contentType);
        request.Http.Response.Headers.XContentTypeOptions = "nosniff";
        await request.Http.Response.WriteAsync(text, request.Cancellation).ConfigureAwait(false);
    }

    /// <summary>The object of one watch event.</summary>
    public void WriteShown(ApiRequest request, ResourceDeclaration declaration, IEncodedObject item, AcceptedForm form, bool withColumns, IBufferWriter<byte> output)
    {
        switch (form.Form)
        {
            case ObjectForm.Table:
                tables.Write(
                    new TableRequest(declaration, [item], time.GetUtcNow())
                    {
                        Objects = QueryOptions.IncludeObject(request.Query),
                        WithColumns = withColumns,
                        Version = form.IsBeta ? "v1beta1" : "v1",
                        ResourceVersion = item.Value.Metadata.ResourceVersion ?? string.Empty,
                    },
                    output);
                break;
            case ObjectForm.Metadata or ObjectForm.MetadataList: WriteMetadata(item, form, output); break;
            default: item.WriteTo(output); break;
        }
    }

    /// <summary>A table without rows, for a bookmark.</summary>
    /// <param name="metadata">The member, as JSON.</param>
    public void WriteEmptyTable(ResourceDeclaration declaration, string metadata, AcceptedForm form, bool withColumns, IBufferWriter<byte> output)
    {
        var table = new ArrayBufferWriter<byte>(256);
        tables.Write(new TableRequest(declaration, [], time.GetUtcNow()) { WithColumns = withColumns }, table);
        Encoding.ASCII.GetBytes($"{{\"kind\":\"Table\",\"apiVersion\":\"{form.MetaVersion}\",{metadata}", output);
        output.Write(table.WrittenSpan[table.WrittenSpan.IndexOf(",\"columnDefinitions\""u8)..]);
    }

    /// <summary>Sets status and headers.</summary>
    public static void Begin(ApiRequest request, int status, string contentType)
    {
        var response = request.Http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-cache, private";
        if (request.Flow is { } flow)
        {
            response.Headers["X-Kubernetes-PF-FlowSchema-UID"] = flow.Uid;
            response.Headers["X-Kubernetes-PF-PriorityLevel-UID"] = flow.Level.Uid;
        }

        response.Headers["Audit-Id"] = request.AuditId;
        request.Audit?.Respond();
        WarningHeaders.Write(response.Headers, request.Warnings);
    }

    // As upstream reads it: a bare token, no quality.
    internal static bool AcceptsGzip(HttpRequest request)
    {
        var header = request.Headers.AcceptEncoding.ToString().AsSpan();
        foreach (var range in header.Split(','))
        {
            if (header[range].Trim() is "gzip") { return true; }
        }

        return false;
    }

    // Browsers and command line tools are taken for people.
    private static bool IsPretty(ApiRequest request, AcceptedForm form)
    {
        if (form.IsPretty) { return true; }
        if (request.Http.Request.QueryString.HasValue && QueryOptions.Text(request.Query, "pretty") is { Length: > 0 } asked)
        {
            return asked is "1" or "t" or "T" or "true" or "TRUE" or "True";
        }

        var agent = request.Http.Request.Headers.UserAgent.ToString();
        return agent.StartsWith("curl", StringComparison.Ordinal) || agent.StartsWith("Wget", StringComparison.Ordinal) || agent.StartsWith("Mozilla/5.0", StringComparison.Ordinal);
    }

    private static string GoName(ResourceDeclaration declaration)
    {
        var group = declaration.Kind.Group;
        var dot = group.IndexOf('.', StringComparison.Ordinal);
        return $"{(group.Length == 0 ? "core" : dot < 0 ? group : group[..dot])}.{declaration.Kind.Kind}";
    }

    private static async ValueTask ProtobufAsync(ApiRequest request, ServedResource resource, ListResult list, AcceptedForm form)
    {
        using var body = new ProtobufList(resource.Declaration, list, form.IsMetadata, form.MetaVersion);
        Begin(request, StatusCodes.Status200OK, form.ContentType);
        if (body.Length > GzipThreshold && AcceptsGzip(request.Http.Request))
        {
            request.Http.Response.Headers.ContentEncoding = "gzip";
            request.Http.Response.Headers.Vary = "Accept-Encoding";
            var gzip = new GZipStream(request.Http.Response.Body, CompressionLevel.Fastest);
            await using (gzip.ConfigureAwait(false))
            {
                foreach (var piece in body.Pieces) { await gzip.WriteAsync(piece, request.Cancellation).ConfigureAwait(false); }
            }

            return;
        }

        request.Http.Response.ContentLength = body.Length;
        foreach (var piece in body.Pieces) { await request.Http.Response.BodyWriter.WriteAsync(piece, request.Cancellation).ConfigureAwait(false); }
    }

    private static void WriteMetadata(IEncodedObject item, AcceptedForm form, IBufferWriter<byte> output)
    {
        output.Write(form.IsBeta ? "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1beta1\",\"metadata\":"u8 : "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":"u8);
        item.WriteMetadataTo(output);
        output.Write("}"u8);
    }

    private static byte[] ListHead(ResourceDeclaration declaration, ListResult list, AcceptedForm form)
    {
        var (kind, version) = form.Form == ObjectForm.MetadataList ? ("PartialObjectMetadataList", form.MetaVersion) : (declaration.ListKind, declaration.Kind.ApiVersion);
        var text = new StringBuilder(160)
            .Append(System.Globalization.CultureInfo.InvariantCulture, $"{{\"kind\":\"{kind}\",\"apiVersion\":\"{version}\",\"metadata\":{{");
        // A list of what is not stored is of no revision.
        if (list.Revision > 0) { text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\"resourceVersion\":\"{list.Revision}\""); }
        if (list.Continue is { } next) { text.Append(",\"continue\":\"").Append(next).Append('"'); }
        if (list.Remaining is { } remaining) { text.Append(",\"remainingItemCount\":").Append(remaining); }
        return Encoding.ASCII.GetBytes(text.Append("},\"items\":[").ToString());
    }

    // Lists of the built-in kinds say kind and version once; lists of custom resources say it for each item as well, as upstream's do.
    private static byte[] TypeOfItems(ResourceDeclaration declaration)
        => declaration.ObjectType == typeof(CustomObject) ? [] : Encoding.ASCII.GetBytes($"\"kind\":\"{declaration.Kind.Kind}\",\"apiVersion\":\"{declaration.Kind.ApiVersion}\",");

    private static void WriteItems(ServedResource resource, ListResult list, AcceptedForm form, IBufferWriter<byte> output)
    {
        output.Write(ListHead(resource.Declaration, list, form));
        var type = TypeOfItems(resource.Declaration);
        for (var index = 0; index < list.Items.Count; index++)
        {
            if (index > 0) { output.Write(","u8); }
            var item = list.Items[index].As(resource.Declaration);
            if (form.Form == ObjectForm.MetadataList) { WriteMetadata(item, form, output); } else { item.WriteItemTo(output, type); }
        }

        output.Write("]}"u8);
    }

    private static async ValueTask CompressAsync(ApiRequest request, ServedResource resource, ListResult list, AcceptedForm form)
    {
        request.Http.Response.Headers.ContentEncoding = "gzip";
        request.Http.Response.Headers.Vary = "Accept-Encoding";
        var gzip = new GZipStream(request.Http.Response.Body, CompressionLevel.Fastest);
        await using (gzip.ConfigureAwait(false))
        {
            var buffer = new ArrayBufferWriter<byte>(FlushBytes + (64 * 1024));
            buffer.Write(ListHead(resource.Declaration, list, form));
            var type = TypeOfItems(resource.Declaration);
            for (var index = 0; index < list.Items.Count; index++)
            {
                if (index > 0) { buffer.Write(","u8); }
                var item = list.Items[index].As(resource.Declaration);
                if (form.Form == ObjectForm.MetadataList) { WriteMetadata(item, form, buffer); } else { item.WriteItemTo(buffer, type); }
                if (buffer.WrittenCount < FlushBytes) { continue; }
                await gzip.WriteAsync(buffer.WrittenMemory, request.Cancellation).ConfigureAwait(false);
                buffer.ResetWrittenCount();
            }

            buffer.Write("]}"u8);
            await gzip.WriteAsync(buffer.WrittenMemory, request.Cancellation).ConfigureAwait(false);
        }
    }

    private void WriteTable(ApiRequest request, ServedResource resource, ListResult list, AcceptedForm form, IBufferWriter<byte> output)
        => tables.Write(
            new TableRequest(resource.Declaration, [.. list.Items.Select(item => item.As(resource.Declaration))], time.GetUtcNow())
            {
                Objects = QueryOptions.IncludeObject(request.Query),
                Version = form.IsBeta ? "v1beta1" : "v1",
                ResourceVersion = list.Revision == 0 ? string.Empty : list.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Continue = list.Continue,
                RemainingItemCount = list.Remaining,
            },
            output);
}

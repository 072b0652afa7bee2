/// Words that tell states and outcomes apart. Two lines that differ in two of them are never one template:
/// "VM started" and "VM paused" look alike and mean the opposite.
enum StateWords {
    static let english = """
        start started starting stop stopped stopping pause paused pausing resume resumed resuming suspend suspended suspending
        begin began beginning end ended ending finish finished finishing complete completed abort aborted aborting cancel canceled
        cancelled launch launched exit exited exiting enter entered entering leave left leaving kill killed terminate terminated
        up down online offline on off open opened opening close closed closing connect connected connecting disconnect disconnected
        disconnecting reconnect reconnected enable enabled enabling disable disabled disabling activate activated deactivate deactivated
        active inactive success successful successfully succeed succeeded fail failed failing failure error ok okay pass passed
        true false yes no allow allowed deny denied accept accepted accepting reject rejected rejecting refuse refused grant granted
        revoke revoked acquire acquired acquiring release released releasing lock locked unlock unlocked mount mounted unmount unmounted
        load loaded loading unload unloaded unloading attach attached detach detached add added adding remove removed removing
        create created creating delete deleted deleting insert inserted register registered registering unregister unregistered
        deregister deregistered login logout logon logoff hit miss healthy unhealthy available unavailable valid invalid known unknown
        present absent found missing increase increased decrease decreased grow shrink send sent sending receive received receiving
        read write reading writing upload download uploading downloading push pull commit committed rollback timeout
        join joined joining subscribe subscribed unsubscribe unsubscribed publish published encrypt decrypt import export
        first last before after high low fast slow full empty busy idle primary secondary leader follower
        info debug trace warn warning fatal critical
        """

    /// Found at the head or the end of a run of Chinese text, which has no spaces: each is two characters, `chineseBytes` long.
    static let chinese = """
        成功 失败 开始 结束 启动 停止 暂停 恢复 打开 关闭 开启 连接 断开 允许 拒绝 接受 超时 正常 异常 错误 完成 中断 取消 通过 有效 无效
        存在 缺失 上线 下线 登录 登出 启用 禁用 创建 删除 增加 减少 加载 卸载 发送 接收 锁定 解锁 提交 回滚
        """
    static let chineseBytes = 6
}
